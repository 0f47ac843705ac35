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
      },
      "delete": {
        "operationId": "deleteTask",
        "summary": "Cancel a task; who and why in the body or in the query",
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
            "name": "reason",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "Why, when there is no body."
          },
          {
            "name": "by",
            "in": "query",
            "schema": {
              "type": "string",
              "default": "api"
            },
            "description": "Who, when there is no body."
          }
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/CancelRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The task; `outcome` says what became of it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/CancelledTask"
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
          "409": {
            "description": "The task has ended, or is being stopped; `state` says how.",
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
    },
    "/v1/tasks/bulk": {
      "post": {
        "operationId": "bulkAction",
        "summary": "Do one action to many tasks, or count them first",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/BulkRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The count, or what was done.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/BulkReport"
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
    "/v1/tasks/{id}/cancel": {
      "post": {
        "operationId": "cancelTask",
        "summary": "Cancel a task: what waits at once, what runs as soon as its worker hears of it",
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
                "$ref": "#/components/schemas/CancelRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The task; `outcome` says what became of it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/CancelledTask"
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
          "409": {
            "description": "The task has ended, or is being stopped; `state` says how.",
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
    "/v1/tasks/{id}/retry": {
      "post": {
        "operationId": "retryTask",
        "summary": "Give the failed steps of a task new attempts; it goes on by itself",
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
                "$ref": "#/components/schemas/WhoAndWhy"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The task; `retried_steps` says how many steps that were.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/RetriedTask"
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
          "409": {
            "description": "The task has no failed step, has ended otherwise, or is being stopped.",
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
    "/v1/tasks/{id}/resolve": {
      "post": {
        "operationId": "resolveTask",
        "summary": "End a task as dealt with by other means; what has not run is cancelled",
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
                "$ref": "#/components/schemas/WhoAndWhy"
              }
            }
          }
        },
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
          "409": {
            "description": "The task has ended otherwise, or something of it still runs.",
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
    "/v1/tasks/{id}/priority": {
      "post": {
        "operationId": "setTaskPriority",
        "summary": "Change the priority of what a task has not started yet",
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
                "$ref": "#/components/schemas/PriorityRequest"
              }
            }
          }
        },
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
          "409": {
            "description": "The task has ended, or is being stopped; `state` says how.",
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
    "/v1/tasks/{id}/explain": {
      "get": {
        "operationId": "explainTask",
        "summary": "Why a task, and each of its steps that waits, does not go on",
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
            "name": "step",
            "in": "query",
            "schema": {
              "type": "string"
            },
            "description": "Only this step."
          }
        ],
        "responses": {
          "200": {
            "description": "One sentence for each thing that waits.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Explanations"
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
    "/v1/tasks/{id}/steps/{name}": {
      "get": {
        "operationId": "getStep",
        "summary": "A step with all its attempts",
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
            "description": "The step.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/StepDetail"
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
      },
      "patch": {
        "operationId": "changeStep",
        "summary": "Reset, resolve, complete or rerun a step; the task goes on by itself",
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
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/StepRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The step, as it is now.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/StepDetail"
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
          "409": {
            "description": "The state of the step or of its task does not allow it.",
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
    "/v1/workers/{id}/drain": {
      "post": {
        "operationId": "drainWorker",
        "summary": "Ask a worker to finish what it runs and leave",
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
                "$ref": "#/components/schemas/WhoAndWhy"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The worker leaves; `changed` is false when it was leaving already.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Drained"
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
          "409": {
            "description": "The worker has ended.",
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
    "/v1/namespaces/{namespace}/pause": {
      "post": {
        "operationId": "pauseNamespace",
        "summary": "Start nothing new in a namespace; what runs is finished",
        "parameters": [
          {
            "name": "namespace",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/WhoAndWhy"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The namespace; `changed` is false when it was so before.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Paused"
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
    "/v1/namespaces/{namespace}/resume": {
      "post": {
        "operationId": "resumeNamespace",
        "summary": "End the pause of a namespace",
        "parameters": [
          {
            "name": "namespace",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/WhoAndWhy"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The namespace; `changed` is false when it was so before.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Paused"
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
    "/v1/dlq": {
      "get": {
        "operationId": "listDeadLetters",
        "summary": "Dead letters, the newest first",
        "parameters": [
          {
            "name": "open",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            },
            "description": "Only those that nobody has closed."
          },
          {
            "name": "status",
            "in": "query",
            "schema": {
              "$ref": "#/components/schemas/DeadLetterStatus"
            },
            "description": "With this status."
          },
          {
            "name": "reason",
            "in": "query",
            "schema": {
              "$ref": "#/components/schemas/DeadLetterReason"
            },
            "description": "For this reason."
          },
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
            "name": "opened_after",
            "in": "query",
            "schema": {
              "type": "string",
              "format": "date-time"
            },
            "description": "Opened after this time."
          },
          {
            "name": "opened_before",
            "in": "query",
            "schema": {
              "type": "string",
              "format": "date-time"
            },
            "description": "Opened before this time."
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
            "description": "At most so many."
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
                  "$ref": "#/components/schemas/DeadLetterPage"
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
        "operationId": "openDeadLetter",
        "summary": "Open a dead letter for a task by hand",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/OpenDeadLetterRequest"
              }
            }
          }
        },
        "responses": {
          "201": {
            "description": "The new entry.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterDetail"
                }
              }
            }
          },
          "200": {
            "description": "The entry that was open for the task.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterDetail"
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
    "/v1/dlq/stats": {
      "get": {
        "operationId": "deadLetterStats",
        "summary": "How many dead letters there are, of what kinds",
        "responses": {
          "200": {
            "description": "Counts.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterStats"
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
    "/v1/dlq/{id}": {
      "get": {
        "operationId": "getDeadLetter",
        "summary": "A dead letter with the task as it was",
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
            "description": "The entry.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterDetail"
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
      },
      "patch": {
        "operationId": "changeDeadLetter",
        "summary": "Note what was found out, or close the entry",
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
                "$ref": "#/components/schemas/DeadLetterRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The entry, as it is now.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterDetail"
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
          "409": {
            "description": "The entry is closed, or the task's state does not allow it.",
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
    "/v1/retention": {
      "get": {
        "operationId": "getRetention",
        "summary": "How long finished tasks and the history are kept, and what would leave now",
        "responses": {
          "200": {
            "description": "As it is.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Retention"
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
      "patch": {
        "operationId": "setRetention",
        "summary": "Say how long finished tasks and the history are kept",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/RetentionRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "As it is now.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Retention"
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
          },
          "drained_by": {
            "type": [
              "string",
              "null"
            ]
          },
          "drain_reason": {
            "type": [
              "string",
              "null"
            ]
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
          "ended_at",
          "drained_by",
          "drain_reason"
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
                },
                "paused_at": {
                  "type": [
                    "string",
                    "null"
                  ],
                  "format": "date-time",
                  "description": "Since when nothing new starts; null when it is not paused."
                },
                "paused_by": {
                  "type": [
                    "string",
                    "null"
                  ]
                },
                "paused_reason": {
                  "type": [
                    "string",
                    "null"
                  ]
                }
              },
              "required": [
                "name",
                "created_at",
                "templates",
                "live_workers",
                "paused_at",
                "paused_by",
                "paused_reason"
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
          },
          "state": {
            "type": "string",
            "description": "Of a 409: the state that does not allow it."
          }
        },
        "required": [
          "type",
          "title",
          "status",
          "code",
          "detail"
        ]
      },
      "WhoAndWhy": {
        "type": "object",
        "description": "Who does it, and why; both are kept beside the action.",
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
      "CancelRequest": {
        "type": "object",
        "properties": {
          "by": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "default": "api",
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
          "reason"
        ],
        "additionalProperties": false
      },
      "PriorityRequest": {
        "type": "object",
        "properties": {
          "priority": {
            "type": "integer",
            "minimum": -1000,
            "maximum": 1000
          },
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
          "priority",
          "by",
          "reason"
        ],
        "additionalProperties": false
      },
      "StepRequest": {
        "type": "object",
        "properties": {
          "action": {
            "type": "string",
            "enum": [
              "reset_for_retry",
              "resolve_manually",
              "complete_manually",
              "rerun"
            ]
          },
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
          },
          "result": {
            "description": "With complete_manually: any JSON of at most 1 MiB; null unless given."
          },
          "downstream": {
            "type": "boolean",
            "default": false,
            "description": "With rerun: also what depends on the step."
          }
        },
        "required": [
          "action",
          "by",
          "reason"
        ],
        "additionalProperties": false
      },
      "DeadLetterRequest": {
        "type": "object",
        "properties": {
          "action": {
            "type": "string",
            "enum": [
              "investigate",
              "retry",
              "resolve",
              "cancel",
              "close",
              "give_up"
            ],
            "description": "investigate adds the reason as a note; the others close the entry: retry gives the failed steps new attempts, resolve ends the task as dealt with, cancel cancels it, close leaves it alone, give_up says that it stays failed."
          },
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
          "action",
          "by",
          "reason"
        ],
        "additionalProperties": false
      },
      "OpenDeadLetterRequest": {
        "type": "object",
        "properties": {
          "task_id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
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
          "task_id",
          "by",
          "reason"
        ],
        "additionalProperties": false
      },
      "BulkRequest": {
        "type": "object",
        "properties": {
          "action": {
            "type": "string",
            "enum": [
              "cancel",
              "retry",
              "resolve",
              "reset_step",
              "resolve_step",
              "complete_step",
              "rerun_step"
            ]
          },
          "filter": {
            "type": "object",
            "description": "Which tasks are meant; an empty one means all.",
            "properties": {
              "namespace": {
                "type": "string"
              },
              "template_name": {
                "type": "string"
              },
              "state": {
                "type": "string"
              },
              "tag": {
                "type": "string"
              },
              "correlation_id": {
                "type": "string"
              },
              "created_after": {
                "type": "string",
                "format": "date-time"
              },
              "created_before": {
                "type": "string",
                "format": "date-time"
              },
              "step": {
                "type": "string",
                "description": "The name of a step that the tasks have; required for the actions on steps."
              },
              "step_state": {
                "type": "string",
                "description": "The state of that step."
              }
            },
            "required": [],
            "additionalProperties": false
          },
          "options": {
            "type": "object",
            "properties": {
              "result": {
                "description": "For complete_step."
              },
              "downstream": {
                "type": "boolean",
                "description": "For rerun_step."
              }
            },
            "required": [],
            "additionalProperties": false
          },
          "dry_run": {
            "type": "boolean",
            "default": true,
            "description": "Only count."
          },
          "by": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Who does this; required unless it is a dry run."
          },
          "reason": {
            "type": "string",
            "minLength": 1,
            "maxLength": 2000,
            "description": "Why; required unless it is a dry run."
          }
        },
        "required": [
          "action",
          "filter"
        ],
        "additionalProperties": false
      },
      "RetentionRequest": {
        "type": "object",
        "properties": {
          "keep_tasks": {
            "type": [
              "string",
              "null"
            ],
            "description": "A duration such as 30d, of an hour at least; null for ever; absent: as before."
          },
          "keep_history": {
            "type": [
              "string",
              "null"
            ],
            "description": "A duration of a day at least, and no shorter than keep_tasks; null for ever; absent: as before."
          },
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
      "CancelledTask": {
        "type": "object",
        "properties": {
          "outcome": {
            "type": "string",
            "enum": [
              "cancelled",
              "cancelling",
              "already_cancelling"
            ],
            "description": "cancelling: steps still run, and were told to stop; already_cancelling: that was so before."
          },
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
          "outcome",
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
      "RetriedTask": {
        "type": "object",
        "properties": {
          "retried_steps": {
            "type": "integer"
          },
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
          "retried_steps",
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
      "Explanations": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "explanations": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "step": {
                  "type": [
                    "string",
                    "null"
                  ],
                  "description": "null for the task itself."
                },
                "state": {
                  "type": "string"
                },
                "reason": {
                  "type": "string",
                  "description": "A name that stays: ended, stopping, run_at, blocked, paused, under_way, delay, dependencies, backoff, running, failed, no_worker, no_handler, queue."
                },
                "explanation": {
                  "type": "string"
                },
                "what_to_do": {
                  "type": "string"
                }
              },
              "required": [
                "step",
                "state",
                "reason",
                "explanation",
                "what_to_do"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "id",
          "explanations"
        ],
        "additionalProperties": false
      },
      "StepDetail": {
        "type": "object",
        "properties": {
          "task_id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "task_state": {
            "$ref": "#/components/schemas/TaskState"
          },
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
          "stopping": {
            "type": "boolean",
            "description": "It runs, and was told to stop."
          },
          "attempt": {
            "type": "integer",
            "description": "How often it was begun."
          },
          "max_attempts": {
            "type": "integer"
          },
          "on_failure": {
            "type": "string",
            "enum": [
              "error",
              "block",
              "continue",
              "skip_dependents"
            ]
          },
          "timeout_ms": {
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
          "expires_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time",
            "description": "When the attempt that runs times out."
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
          },
          "attempts": {
            "type": "array",
            "description": "The first one first.",
            "items": {
              "type": "object",
              "properties": {
                "attempt": {
                  "type": "integer"
                },
                "outcome": {
                  "type": [
                    "string",
                    "null"
                  ],
                  "enum": [
                    "succeeded",
                    "retryable",
                    "permanent",
                    "timed_out",
                    "lease_lost",
                    "cancelled",
                    "completed_manually",
                    "resolved_manually",
                    null
                  ],
                  "description": "null while it runs."
                },
                "worker": {
                  "type": [
                    "integer",
                    "null"
                  ]
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
                "queue_ms": {
                  "type": [
                    "integer",
                    "null"
                  ],
                  "description": "How long it waited for a worker."
                },
                "duration_ms": {
                  "type": [
                    "integer",
                    "null"
                  ],
                  "description": "How long it ran."
                },
                "result": {
                  "description": "Any JSON."
                },
                "error": {
                  "type": [
                    "object",
                    "null"
                  ]
                }
              },
              "required": [
                "attempt",
                "outcome",
                "worker",
                "enqueued_at",
                "started_at",
                "finished_at",
                "queue_ms",
                "duration_ms",
                "result",
                "error"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "task_id",
          "task_state",
          "name",
          "step_no",
          "kind",
          "handler",
          "state",
          "stopping",
          "attempt",
          "max_attempts",
          "on_failure",
          "timeout_ms",
          "depends_on",
          "worker",
          "run_at",
          "enqueued_at",
          "started_at",
          "expires_at",
          "finished_at",
          "result",
          "error",
          "attempts"
        ],
        "additionalProperties": false
      },
      "DeadLetterStatus": {
        "type": "string",
        "enum": [
          "pending",
          "investigating",
          "resolved",
          "permanently_failed",
          "cancelled"
        ]
      },
      "DeadLetterReason": {
        "type": "string",
        "enum": [
          "retries_exhausted",
          "permanent_error",
          "poison",
          "stale",
          "manual"
        ]
      },
      "DeadLetter": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "task_id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "namespace": {
            "type": [
              "string",
              "null"
            ]
          },
          "template_name": {
            "type": [
              "string",
              "null"
            ]
          },
          "template_version": {
            "type": [
              "string",
              "null"
            ]
          },
          "task_state": {
            "type": [
              "string",
              "null"
            ],
            "description": "As the task is now."
          },
          "reason": {
            "$ref": "#/components/schemas/DeadLetterReason"
          },
          "status": {
            "$ref": "#/components/schemas/DeadLetterStatus"
          },
          "message": {
            "type": "string"
          },
          "opened_at": {
            "type": "string",
            "format": "date-time"
          },
          "closed_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "closed_by": {
            "type": [
              "string",
              "null"
            ]
          },
          "notes": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "at": {
                  "type": "string",
                  "format": "date-time"
                },
                "by": {
                  "type": "string"
                },
                "text": {
                  "type": "string"
                }
              },
              "required": [
                "at",
                "by",
                "text"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "id",
          "task_id",
          "namespace",
          "template_name",
          "template_version",
          "task_state",
          "reason",
          "status",
          "message",
          "opened_at",
          "closed_at",
          "closed_by",
          "notes"
        ],
        "additionalProperties": false
      },
      "DeadLetterDetail": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "task_id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "namespace": {
            "type": [
              "string",
              "null"
            ]
          },
          "template_name": {
            "type": [
              "string",
              "null"
            ]
          },
          "template_version": {
            "type": [
              "string",
              "null"
            ]
          },
          "task_state": {
            "type": [
              "string",
              "null"
            ],
            "description": "As the task is now."
          },
          "reason": {
            "$ref": "#/components/schemas/DeadLetterReason"
          },
          "status": {
            "$ref": "#/components/schemas/DeadLetterStatus"
          },
          "message": {
            "type": "string"
          },
          "opened_at": {
            "type": "string",
            "format": "date-time"
          },
          "closed_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "closed_by": {
            "type": [
              "string",
              "null"
            ]
          },
          "notes": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "at": {
                  "type": "string",
                  "format": "date-time"
                },
                "by": {
                  "type": "string"
                },
                "text": {
                  "type": "string"
                }
              },
              "required": [
                "at",
                "by",
                "text"
              ],
              "additionalProperties": false
            }
          },
          "snapshot": {
            "type": "object",
            "description": "The task, its steps and the last attempts of those that failed, as they were when the entry was opened."
          }
        },
        "required": [
          "id",
          "task_id",
          "namespace",
          "template_name",
          "template_version",
          "task_state",
          "reason",
          "status",
          "message",
          "opened_at",
          "closed_at",
          "closed_by",
          "notes",
          "snapshot"
        ],
        "additionalProperties": false
      },
      "DeadLetterPage": {
        "type": "object",
        "properties": {
          "dead_letters": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/DeadLetter"
            }
          },
          "next": {
            "type": [
              "integer",
              "null"
            ],
            "description": "Give it as `after` for the next page; null on the last."
          }
        },
        "required": [
          "dead_letters",
          "next"
        ],
        "additionalProperties": false
      },
      "DeadLetterStats": {
        "type": "object",
        "properties": {
          "total": {
            "type": "integer"
          },
          "open": {
            "type": "integer"
          },
          "oldest_opened_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "by_status": {
            "type": "object",
            "additionalProperties": {
              "type": "integer"
            }
          },
          "open_by_reason": {
            "type": "object",
            "additionalProperties": {
              "type": "integer"
            }
          },
          "open_by_template": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "namespace": {
                  "type": "string"
                },
                "template_name": {
                  "type": "string"
                },
                "open": {
                  "type": "integer"
                }
              },
              "required": [
                "namespace",
                "template_name",
                "open"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "total",
          "open",
          "oldest_opened_at",
          "by_status",
          "open_by_reason",
          "open_by_template"
        ],
        "additionalProperties": false
      },
      "BulkReport": {
        "type": "object",
        "properties": {
          "action": {
            "type": "string"
          },
          "dry_run": {
            "type": "boolean"
          },
          "matched": {
            "type": "integer",
            "description": "Of a dry run: how many tasks the filter means."
          },
          "by_state": {
            "type": "object",
            "additionalProperties": {
              "type": "integer"
            },
            "description": "Of a dry run."
          },
          "done": {
            "type": "integer"
          },
          "refused": {
            "type": "integer"
          },
          "refusals": {
            "type": "array",
            "description": "The first 100.",
            "items": {
              "type": "object",
              "properties": {
                "task_id": {
                  "type": "integer",
                  "minimum": 1,
                  "format": "int64"
                },
                "code": {
                  "type": "string"
                },
                "message": {
                  "type": "string"
                }
              },
              "required": [
                "task_id",
                "code",
                "message"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "action",
          "dry_run"
        ],
        "additionalProperties": false
      },
      "Drained": {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "minimum": 1,
            "format": "int64"
          },
          "state": {
            "type": "string"
          },
          "changed": {
            "type": "boolean"
          }
        },
        "required": [
          "id",
          "state",
          "changed"
        ],
        "additionalProperties": false
      },
      "Paused": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "paused": {
            "type": "boolean"
          },
          "changed": {
            "type": "boolean"
          }
        },
        "required": [
          "name",
          "paused",
          "changed"
        ],
        "additionalProperties": false
      },
      "Retention": {
        "type": "object",
        "properties": {
          "keep_tasks": {
            "type": [
              "string",
              "null"
            ],
            "description": "A duration such as 30d; null is for ever."
          },
          "keep_history": {
            "type": [
              "string",
              "null"
            ]
          },
          "changed_at": {
            "type": [
              "string",
              "null"
            ],
            "format": "date-time"
          },
          "changed_by": {
            "type": [
              "string",
              "null"
            ]
          },
          "expired_tasks": {
            "type": "integer",
            "description": "Tasks that would leave now."
          },
          "expired_partitions": {
            "type": "array",
            "description": "Parts of the history that are older than it is kept.",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "ends_at": {
                  "type": "string",
                  "format": "date-time"
                },
                "rows": {
                  "type": "integer",
                  "description": "An estimate."
                },
                "kept_by_task": {
                  "type": [
                    "integer",
                    "null"
                  ],
                  "description": "A task that still needs it."
                }
              },
              "required": [
                "name",
                "ends_at",
                "rows",
                "kept_by_task"
              ],
              "additionalProperties": false
            }
          }
        },
        "required": [
          "keep_tasks",
          "keep_history",
          "changed_at",
          "changed_by",
          "expired_tasks",
          "expired_partitions"
        ],
        "additionalProperties": false
      }
    }
  }
}

"""####
