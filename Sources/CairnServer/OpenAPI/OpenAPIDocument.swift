// Written by scripts/embed-openapi from docs/openapi.json. Do not edit.

// swift-format-ignore-file

/// `docs/openapi.json`.
package let openAPIDocument = ####"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Cairn",
    "version": "0.1.0",
    "summary": "DAG workflow orchestration on PostgreSQL",
    "description": "Errors are RFC 9457 problems with a stable `code`. Every answer carries X-Request-Id. Ids are JSON numbers; times are RFC 3339 in UTC.",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    }
  },
  "servers": [
    {
      "url": "http://localhost:8080"
    }
  ],
  "paths": {
    "/v1/tasks": {
      "post": {
        "operationId": "submitTask",
        "summary": "Submit a task; answered once it is durable",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TaskRequest"
              }
            }
          }
        },
        "responses": {
          "201": {
            "description": "The new task.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Task"
                }
              }
            }
          },
          "200": {
            "description": "The task that has the same identity; on_duplicate was return.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Task"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such template.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "409": {
            "description": "A task with the same identity exists: existing_task_id.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than 2 MiB.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "415": {
            "description": "The body does not say it is JSON.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      },
      "get": {
        "operationId": "listTasks",
        "summary": "List tasks, the newest first",
        "parameters": [
          {
            "name": "namespace",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "Of this namespace."
          },
          {
            "name": "template_name",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "Of this template."
          },
          {
            "name": "state",
            "in": "query",
            "schema": {
              "$ref": "#/components/schemas/TaskState"
            },
            "description": "In this state."
          },
          {
            "name": "correlation_id",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "With this correlation id."
          },
          {
            "name": "tag",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "With this tag."
          },
          {
            "name": "created_after",
            "in": "query",
            "schema": {
              "type": "string",
              "format": "date-time"
            },
            "description": "Created later than this."
          },
          {
            "name": "created_before",
            "in": "query",
            "schema": {
              "type": "string",
              "format": "date-time"
            },
            "description": "Created earlier than this."
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 500,
              "default": 50
            },
            "description": "How many at most."
          },
          {
            "name": "after",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            },
            "description": "The `next` of the page before."
          }
        ],
        "responses": {
          "200": {
            "description": "A page.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TaskPage"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/tasks/batch": {
      "post": {
        "operationId": "submitBatch",
        "summary": "Submit up to 1,000 tasks at once",
        "parameters": [
          {
            "name": "partial",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            },
            "description": "Store what can be stored, instead of all or nothing."
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "array",
                "items": {
                  "$ref": "#/components/schemas/TaskRequest"
                },
                "minItems": 1,
                "maxItems": 1000
              }
            },
            "application/x-ndjson": {
              "schema": {
                "$ref": "#/components/schemas/TaskRequest"
              }
            }
          }
        },
        "responses": {
          "201": {
            "description": "All are stored: one result an item, in order.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "$ref": "#/components/schemas/BatchResult"
                  }
                }
              },
              "application/x-ndjson": {
                "schema": {
                  "$ref": "#/components/schemas/BatchResult"
                }
              }
            }
          },
          "200": {
            "description": "partial=true: one result an item, in order.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "$ref": "#/components/schemas/BatchResult"
                  }
                }
              },
              "application/x-ndjson": {
                "schema": {
                  "$ref": "#/components/schemas/BatchResult"
                }
              }
            }
          },
          "400": {
            "description": "Nothing is stored; `results` says why.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "Nothing is stored: a template is not there.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "409": {
            "description": "Nothing is stored: a task exists already.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than 16 MiB.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "415": {
            "description": "The body does not say it is JSON or NDJSON.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/tasks/{id}": {
      "get": {
        "operationId": "getTask",
        "summary": "A task with its steps",
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The task.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Task"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/tasks/{id}/history": {
      "get": {
        "operationId": "getTaskHistory",
        "summary": "Every change of a task and of its steps",
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "Both histories, in order.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TaskHistory"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/tasks/{id}/results": {
      "get": {
        "operationId": "getTaskResults",
        "summary": "The results of the finished steps",
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "By the steps' names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TaskResults"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/tasks/{id}/graph": {
      "get": {
        "operationId": "getTaskGraph",
        "summary": "A drawing of a task",
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            }
          },
          {
            "name": "format",
            "in": "query",
            "schema": {
              "type": "string",
              "enum": [
                "mermaid",
                "dot",
                "json"
              ],
              "default": "mermaid"
            },
            "description": "How to draw."
          }
        ],
        "responses": {
          "200": {
            "description": "The drawing.",
            "content": {
              "text/plain": {
                "schema": {
                  "type": "string"
                }
              },
              "text/vnd.graphviz": {
                "schema": {
                  "type": "string"
                }
              },
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Graph"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/templates": {
      "get": {
        "operationId": "listTemplates",
        "summary": "All templates in all versions",
        "parameters": [
          {
            "name": "namespace",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "Of this namespace."
          }
        ],
        "responses": {
          "200": {
            "description": "The templates.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateList"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      },
      "post": {
        "operationId": "registerTemplate",
        "summary": "Register a template",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Template"
              }
            }
          }
        },
        "responses": {
          "201": {
            "description": "It is registered now.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateRegistration"
                }
              }
            }
          },
          "200": {
            "description": "The same content was registered before.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateRegistration"
                }
              }
            }
          },
          "400": {
            "description": "The template has errors; `errors` lists them all.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "409": {
            "description": "The version is registered with other content.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than 2 MiB.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "415": {
            "description": "The body does not say it is JSON.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/templates/validate": {
      "post": {
        "operationId": "validateTemplate",
        "summary": "Check a template without registering it",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Template"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "Everything there is to say about it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateValidation"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than 2 MiB.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "415": {
            "description": "The body does not say it is JSON.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/templates/{namespace}/{name}": {
      "get": {
        "operationId": "getTemplate",
        "summary": "The highest version of a template",
        "parameters": [
          {
            "name": "namespace",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The template.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateDetail"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/templates/{namespace}/{name}/{version}": {
      "get": {
        "operationId": "getTemplateVersion",
        "summary": "One version of a template",
        "parameters": [
          {
            "name": "namespace",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "version",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The template.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TemplateDetail"
                }
              }
            }
          },
          "404": {
            "description": "There is no such thing.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/workers": {
      "get": {
        "operationId": "listWorkers",
        "summary": "Workers",
        "parameters": [
          {
            "name": "all",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            },
            "description": "Also those that have ended."
          }
        ],
        "responses": {
          "200": {
            "description": "The newest incarnation first.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/WorkerList"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/namespaces": {
      "get": {
        "operationId": "listNamespaces",
        "summary": "Namespaces",
        "responses": {
          "200": {
            "description": "By name.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/NamespaceList"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/hooks": {
      "get": {
        "operationId": "listHooks",
        "summary": "Hooks, the newest first",
        "parameters": [
          {
            "name": "state",
            "in": "query",
            "schema": {
              "$ref": "#/components/schemas/HookState"
            },
            "description": "In this state."
          },
          {
            "name": "task_id",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            },
            "description": "Of this task."
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 500,
              "default": 50
            },
            "description": "How many at most."
          },
          {
            "name": "after",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            },
            "description": "The `next` of the page before."
          }
        ],
        "responses": {
          "200": {
            "description": "A page.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/HookPage"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/v1/hooks/{id}/replay": {
      "post": {
        "operationId": "replayHook",
        "summary": "Deliver a hook again, with the same webhook id, whatever became of it",
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer",
              "minimum": 1,
              "format": "int64"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/HookReplay"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The hook, which is due now.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Hook"
                }
              }
            }
          },
          "400": {
            "description": "The request is wrong; `code` and `pointer` say where.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "404": {
            "description": "There is no such hook.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          },
          "503": {
            "description": "The database is away, or too much waits already; see Retry-After.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/health": {
      "get": {
        "operationId": "getHealth",
        "summary": "How the server is",
        "responses": {
          "200": {
            "description": "It lives.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Health"
                }
              }
            }
          }
        }
      }
    },
    "/health/live": {
      "get": {
        "operationId": "getLive",
        "summary": "Whether the server lives",
        "responses": {
          "200": {
            "description": "It does.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Status"
                }
              }
            }
          }
        }
      }
    },
    "/health/ready": {
      "get": {
        "operationId": "getReady",
        "summary": "Whether the server can serve: connected, migrated, templates registered",
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Status"
                }
              }
            }
          },
          "503": {
            "description": "It cannot; `detail` says why.",
            "content": {
              "application/problem+json": {
                "schema": {
                  "$ref": "#/components/schemas/Problem"
                }
              }
            }
          }
        }
      }
    },
    "/openapi.json": {
      "get": {
        "operationId": "getOpenAPI",
        "summary": "This document",
        "responses": {
          "200": {
            "description": "OpenAPI 3.1.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          }
        }
      }
    }
  },
  "components": {
    "schemas": {
      "TaskState": {
        "type": "string",
        "enum": [
          "pending",
          "initializing",
          "enqueuing_steps",
          "steps_in_process",
          "evaluating_results",
          "waiting_for_dependencies",
          "waiting_for_retry",
          "blocked_by_failures",
          "complete",
          "error",
          "cancelled",
          "resolved_manually"
        ]
      },
      "StepState": {
        "type": "string",
        "enum": [
          "pending",
          "enqueued",
          "in_progress",
          "enqueued_for_orchestration",
          "enqueued_as_error_for_orchestration",
          "waiting_for_retry",
          "complete",
          "error",
          "cancelled",
          "resolved_manually",
          "skipped"
        ]
      },
      "TaskRequest": {
        "type": "object",
        "description": "A task to run. Members that are null count as absent; unknown members are refused.",
        "properties": {
          "namespace": {
            "type": "string"
          },
          "template_name": {
            "type": "string"
          },
          "version": {
            "type": "string",
            "description": "By default the highest version."
          },
          "context": {
            "type": "object",
            "description": "What the task works on, of at most 1 MiB; must satisfy the template's input_schema."
          },
          "priority": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000,
            "description": "Higher runs first."
          },
          "idempotency_key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500
          },
          "on_duplicate": {
            "type": "string",
            "enum": [
              "reject",
              "return"
            ]
          },
          "correlation_id": {
            "type": "string"
          },
          "parent_correlation_id": {
            "type": "string"
          },
          "initiator": {
            "type": "string"
          },
          "source_system": {
            "type": "string"
          },
          "reason": {
            "type": "string"
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "maxItems": 100
          },
          "headers": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "run_at": {
            "type": "string",
            "format": "date-time",
            "description": "Not before this time."
          },
          "dedup_key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
            "description": "A key for what the task does: two submits of one template with one key are one task while dedup_window lasts. Not together with idempotency_key."
          },
          "dedup_window": {
            "type": "string",
            "pattern": "^(live|forever|[1-9]\\d{0,8}(ms|s|m|h|d))$",
            "description": "How long a key holds: until the task ends (live), forever (the default), or for a while from its submit on (10m)."
          },
          "callback_url": {
            "type": "string",
            "format": "uri",
            "maxLength": 2000,
            "description": "Where to post what became of the task when it ends: http or https, without user information, to an address of the Internet at large unless the server allows it."
          }
        },
        "required": [
          "namespace",
          "template_name"
        ],
        "additionalProperties": false
      },
      "TaskSummary": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "namespace": {
            "type": "string"
          },
          "template_name": {
            "type": "string"
          },
          "template_version": {
            "type": "string"
          },
          "state": {
            "$ref": "#/components/schemas/TaskState"
          },
          "cancelling": {
            "type": "boolean",
            "description": "It is being cancelled, and steps of it still run."
          },
          "priority": {
            "type": "integer"
          },
          "steps_total": {
            "type": "integer"
          },
          "steps_complete": {
            "type": "integer"
          },
          "steps_failed": {
            "type": "integer"
          },
          "steps_skipped": {
            "type": "integer",
            "description": "Steps that were skipped or cancelled."
          },
          "context": {
            "type": "object"
          },
          "headers": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "correlation_id": {
            "type": [
              "string",
              "null"
            ]
          },
          "parent_correlation_id": {
            "type": [
              "string",
              "null"
            ]
          },
          "idempotency_key": {
            "type": [
              "string",
              "null"
            ]
          },
          "initiator": {
            "type": [
              "string",
              "null"
            ]
          },
          "source_system": {
            "type": [
              "string",
              "null"
            ]
          },
          "reason": {
            "type": [
              "string",
              "null"
            ]
          },
          "run_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "created_at": {
            "type": "string",
            "format": "date-time"
          },
          "started_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "finished_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          }
        },
        "required": [
          "id",
          "namespace",
          "template_name",
          "template_version",
          "state",
          "cancelling",
          "priority",
          "steps_total",
          "steps_complete",
          "steps_failed",
          "steps_skipped",
          "context",
          "headers",
          "tags",
          "correlation_id",
          "parent_correlation_id",
          "idempotency_key",
          "initiator",
          "source_system",
          "reason",
          "run_at",
          "created_at",
          "started_at",
          "finished_at"
        ],
        "additionalProperties": false
      },
      "Task": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "namespace": {
            "type": "string"
          },
          "template_name": {
            "type": "string"
          },
          "template_version": {
            "type": "string"
          },
          "state": {
            "$ref": "#/components/schemas/TaskState"
          },
          "cancelling": {
            "type": "boolean",
            "description": "It is being cancelled, and steps of it still run."
          },
          "priority": {
            "type": "integer"
          },
          "steps_total": {
            "type": "integer"
          },
          "steps_complete": {
            "type": "integer"
          },
          "steps_failed": {
            "type": "integer"
          },
          "steps_skipped": {
            "type": "integer",
            "description": "Steps that were skipped or cancelled."
          },
          "context": {
            "type": "object"
          },
          "headers": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "tags": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "correlation_id": {
            "type": [
              "string",
              "null"
            ]
          },
          "parent_correlation_id": {
            "type": [
              "string",
              "null"
            ]
          },
          "idempotency_key": {
            "type": [
              "string",
              "null"
            ]
          },
          "initiator": {
            "type": [
              "string",
              "null"
            ]
          },
          "source_system": {
            "type": [
              "string",
              "null"
            ]
          },
          "reason": {
            "type": [
              "string",
              "null"
            ]
          },
          "run_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "created_at": {
            "type": "string",
            "format": "date-time"
          },
          "started_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "finished_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "step_counts": {
            "type": "object",
            "additionalProperties": {
              "type": "integer"
            },
            "description": "How many steps are in which state."
          },
          "steps": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Step"
            }
          }
        },
        "required": [
          "id",
          "namespace",
          "template_name",
          "template_version",
          "state",
          "cancelling",
          "priority",
          "steps_total",
          "steps_complete",
          "steps_failed",
          "steps_skipped",
          "context",
          "headers",
          "tags",
          "correlation_id",
          "parent_correlation_id",
          "idempotency_key",
          "initiator",
          "source_system",
          "reason",
          "run_at",
          "created_at",
          "started_at",
          "finished_at",
          "step_counts",
          "steps"
        ],
        "additionalProperties": false
      },
      "Step": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "step_no": {
            "type": "integer"
          },
          "kind": {
            "type": "string"
          },
          "handler": {
            "type": "string"
          },
          "state": {
            "$ref": "#/components/schemas/StepState"
          },
          "attempt": {
            "type": "integer",
            "description": "How often it was begun."
          },
          "max_attempts": {
            "type": "integer"
          },
          "depends_on": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "worker": {
            "type": [
              "integer",
              "null"
            ],
            "description": "The incarnation of the worker that runs it, or ran it last."
          },
          "run_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "enqueued_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "started_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "finished_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "result": {
            "description": "Any JSON."
          },
          "error": {
            "type": [
              "object",
              "null"
            ],
            "description": "code, message and what the handler adds."
          }
        },
        "required": [
          "name",
          "step_no",
          "kind",
          "handler",
          "state",
          "attempt",
          "max_attempts",
          "depends_on",
          "worker",
          "run_at",
          "enqueued_at",
          "started_at",
          "finished_at",
          "result",
          "error"
        ],
        "additionalProperties": false
      },
      "TaskPage": {
        "type": "object",
        "properties": {
          "tasks": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TaskSummary"
            }
          },
          "next": {
            "type": [
              "integer",
              "null"
            ],
            "description": "Pass it as `after` to get the next page; null on the last one."
          }
        },
        "required": [
          "tasks",
          "next"
        ],
        "additionalProperties": false
      },
      "TaskHistory": {
        "type": "object",
        "properties": {
          "task": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "id": {
                  "type": "integer"
                },
                "at": {
                  "type": "string",
                  "format": "date-time"
                },
                "event": {
                  "type": "string"
                },
                "from_state": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "to_state": {
                  "type": "string"
                },
                "path": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  },
                  "description": "Every state passed through, first to last."
                },
                "actor": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "reason": {
                  "type": [
                    "string",
                    "null"
                  ]
                }
              },
              "required": [
                "id",
                "at",
                "event",
                "from_state",
                "to_state",
                "path",
                "actor",
                "reason"
              ],
              "additionalProperties": false
            }
          },
          "steps": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "id": {
                  "type": "integer"
                },
                "step": {
                  "type": "string"
                },
                "step_no": {
                  "type": "integer"
                },
                "at": {
                  "type": "string",
                  "format": "date-time"
                },
                "event": {
                  "type": "string"
                },
                "from_state": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "to_state": {
                  "type": "string"
                },
                "path": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  },
                  "description": "Every state passed through, first to last."
                },
                "actor": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "reason": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "attempt": {
                  "type": "integer"
                },
                "worker": {
                  "type": [
                    "integer",
                    "null"
                  ]
                }
              },
              "required": [
                "id",
                "step",
                "step_no",
                "at",
                "event",
                "from_state",
                "to_state",
                "path",
                "actor",
                "reason",
                "attempt",
                "worker"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "task",
          "steps"
        ],
        "additionalProperties": false
      },
      "TaskResults": {
        "type": "object",
        "description": "The results of the finished steps, by the steps' names."
      },
      "Graph": {
        "type": "object",
        "properties": {
          "nodes": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "state": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "label": {
                  "type": [
                    "string",
                    "null"
                  ]
                }
              },
              "required": [
                "name",
                "state",
                "label"
              ],
              "additionalProperties": false
            }
          },
          "edges": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "from": {
                  "type": "string"
                },
                "to": {
                  "type": "string"
                }
              },
              "required": [
                "from",
                "to"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "nodes",
          "edges"
        ],
        "additionalProperties": false
      },
      "BatchResult": {
        "description": "What became of one item: `status` and `id`, or a problem.",
        "type": "object",
        "properties": {
          "status": {
            "type": "integer"
          },
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "code": {
            "type": "string"
          },
          "detail": {
            "type": "string"
          }
        },
        "required": [
          "status"
        ]
      },
      "TemplateSummary": {
        "type": "object",
        "properties": {
          "namespace": {
            "type": "string"
          },
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string"
          },
          "description": {
            "type": [
              "string",
              "null"
            ]
          },
          "identity": {
            "type": "string",
            "enum": [
              "strict",
              "caller_provided",
              "always_unique"
            ]
          },
          "steps": {
            "type": "integer"
          },
          "digest": {
            "type": "string"
          },
          "registered_at": {
            "type": "string",
            "format": "date-time"
          }
        },
        "required": [
          "namespace",
          "name",
          "version",
          "description",
          "identity",
          "steps",
          "digest",
          "registered_at"
        ],
        "additionalProperties": false
      },
      "TemplateList": {
        "type": "object",
        "properties": {
          "templates": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TemplateSummary"
            }
          }
        },
        "required": [
          "templates"
        ],
        "additionalProperties": false
      },
      "TemplateDetail": {
        "type": "object",
        "properties": {
          "namespace": {
            "type": "string"
          },
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string"
          },
          "description": {
            "type": [
              "string",
              "null"
            ]
          },
          "identity": {
            "type": "string"
          },
          "digest": {
            "type": "string"
          },
          "registered_at": {
            "type": "string",
            "format": "date-time"
          },
          "versions": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "description": "All versions of this name, the highest first."
          },
          "steps": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "step_no": {
                  "type": "integer"
                },
                "name": {
                  "type": "string"
                },
                "description": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "handler": {
                  "type": "string"
                },
                "depends_on": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "timeout_ms": {
                  "type": "integer"
                },
                "max_attempts": {
                  "type": "integer"
                },
                "backoff": {
                  "type": "string"
                },
                "backoff_base_ms": {
                  "type": "integer"
                },
                "backoff_max_ms": {
                  "type": "integer"
                },
                "jitter": {
                  "type": "number"
                }
              },
              "required": [
                "step_no",
                "name",
                "description",
                "handler",
                "depends_on",
                "timeout_ms",
                "max_attempts",
                "backoff",
                "backoff_base_ms",
                "backoff_max_ms",
                "jitter"
              ],
              "additionalProperties": false
            }
          },
          "definition": {
            "type": "object",
            "description": "The template as it was registered."
          }
        },
        "required": [
          "namespace",
          "name",
          "version",
          "description",
          "identity",
          "digest",
          "registered_at",
          "versions",
          "steps",
          "definition"
        ],
        "additionalProperties": false
      },
      "Template": {
        "type": "object",
        "description": "A task template; see Templates/task-template.schema.json."
      },
      "TemplateIssue": {
        "type": "object",
        "properties": {
          "severity": {
            "type": "string",
            "enum": [
              "error",
              "warning"
            ]
          },
          "code": {
            "type": "string"
          },
          "message": {
            "type": "string"
          },
          "hint": {
            "type": [
              "string",
              "null"
            ]
          },
          "file": {
            "type": [
              "string",
              "null"
            ]
          },
          "line": {
            "type": "integer"
          },
          "column": {
            "type": "integer"
          },
          "pointer": {
            "type": "string"
          }
        },
        "required": [
          "severity",
          "code",
          "message",
          "hint",
          "file",
          "line",
          "column",
          "pointer"
        ],
        "additionalProperties": false
      },
      "TemplateRegistration": {
        "type": "object",
        "properties": {
          "namespace": {
            "type": "string"
          },
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string"
          },
          "created": {
            "type": "boolean"
          },
          "warnings": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TemplateIssue"
            }
          }
        },
        "required": [
          "namespace",
          "name",
          "version",
          "created",
          "warnings"
        ],
        "additionalProperties": false
      },
      "TemplateValidation": {
        "type": "object",
        "properties": {
          "valid": {
            "type": "boolean"
          },
          "errors": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TemplateIssue"
            }
          },
          "warnings": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TemplateIssue"
            }
          }
        },
        "required": [
          "valid",
          "errors",
          "warnings"
        ],
        "additionalProperties": false
      },
      "WorkerList": {
        "type": "object",
        "properties": {
          "workers": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Worker"
            }
          }
        },
        "required": [
          "workers"
        ],
        "additionalProperties": false
      },
      "Worker": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "name": {
            "type": "string"
          },
          "state": {
            "type": "string",
            "enum": [
              "live",
              "draining",
              "stopped",
              "lost"
            ]
          },
          "host": {
            "type": "string"
          },
          "pid": {
            "type": [
              "integer",
              "null"
            ]
          },
          "version": {
            "type": [
              "string",
              "null"
            ]
          },
          "namespaces": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "handlers": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "concurrency": {
            "type": "integer"
          },
          "running": {
            "type": "integer"
          },
          "poll_only": {
            "type": "boolean"
          },
          "registered_at": {
            "type": "string",
            "format": "date-time"
          },
          "heartbeat_at": {
            "type": "string",
            "format": "date-time"
          },
          "idle_since": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "ended_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          }
        },
        "required": [
          "id",
          "name",
          "state",
          "host",
          "pid",
          "version",
          "namespaces",
          "handlers",
          "concurrency",
          "running",
          "poll_only",
          "registered_at",
          "heartbeat_at",
          "idle_since",
          "ended_at"
        ],
        "additionalProperties": false
      },
      "NamespaceList": {
        "type": "object",
        "properties": {
          "namespaces": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "created_at": {
                  "type": "string",
                  "format": "date-time"
                },
                "templates": {
                  "type": "integer"
                },
                "live_workers": {
                  "type": "integer"
                }
              },
              "required": [
                "name",
                "created_at",
                "templates",
                "live_workers"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "namespaces"
        ],
        "additionalProperties": false
      },
      "HookState": {
        "type": "string",
        "enum": [
          "pending",
          "delivered",
          "dead"
        ]
      },
      "Hook": {
        "type": "object",
        "description": "A message about the end of a task, posted to its callback_url.",
        "properties": {
          "id": {
            "type": "integer",
            "format": "int64"
          },
          "task_id": {
            "type": "integer",
            "format": "int64"
          },
          "webhook_id": {
            "type": "string",
            "format": "uuid",
            "description": "The same over retries and replays; receivers tell repetitions by it."
          },
          "url": {
            "type": "string"
          },
          "task_state": {
            "$ref": "#/components/schemas/TaskState"
          },
          "ended_at": {
            "type": "string",
            "format": "date-time"
          },
          "state": {
            "$ref": "#/components/schemas/HookState"
          },
          "attempts": {
            "type": "integer",
            "description": "How often its delivery was begun."
          },
          "next_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time",
            "description": "When it is tried next."
          },
          "last_status": {
            "type": [
              "integer",
              "null"
            ]
          },
          "last_error": {
            "type": [
              "string",
              "null"
            ]
          },
          "delivered_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "replayed_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          }
        },
        "required": [
          "id",
          "task_id",
          "webhook_id",
          "url",
          "task_state",
          "ended_at",
          "state",
          "attempts"
        ]
      },
      "HookPage": {
        "type": "object",
        "properties": {
          "hooks": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Hook"
            }
          },
          "next": {
            "type": [
              "integer",
              "null"
            ],
            "format": "int64"
          }
        },
        "required": [
          "hooks",
          "next"
        ]
      },
      "HookReplay": {
        "type": "object",
        "properties": {
          "by": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Who does this."
          },
          "reason": {
            "type": "string",
            "minLength": 1,
            "maxLength": 2000,
            "description": "Why it is done."
          }
        },
        "required": [
          "by",
          "reason"
        ],
        "additionalProperties": false
      },
      "Health": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string",
            "enum": [
              "healthy",
              "degraded"
            ]
          },
          "version": {
            "type": "string"
          },
          "ready": {
            "type": "boolean"
          },
          "reason": {
            "type": [
              "string",
              "null"
            ]
          }
        },
        "required": [
          "status",
          "version",
          "ready",
          "reason"
        ],
        "additionalProperties": false
      },
      "Status": {
        "type": "object",
        "properties": {
          "status": {
            "type": "string"
          }
        },
        "required": [
          "status"
        ],
        "additionalProperties": false
      },
      "Problem": {
        "type": "object",
        "description": "What went wrong, as RFC 9457 has it.",
        "properties": {
          "type": {
            "type": "string"
          },
          "title": {
            "type": "string"
          },
          "status": {
            "type": "integer"
          },
          "code": {
            "type": "string",
            "description": "A name that stays, for programs."
          },
          "detail": {
            "type": "string"
          },
          "hint": {
            "type": "string"
          },
          "pointer": {
            "type": "string",
            "description": "The place in the body."
          },
          "line": {
            "type": "integer"
          },
          "column": {
            "type": "integer"
          },
          "existing_task_id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "errors": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "error_id": {
            "type": "string",
            "description": "In the server's log as well."
          }
        },
        "required": [
          "type",
          "title",
          "status",
          "code",
          "detail"
        ]
      }
    }
  }
}

"""####
