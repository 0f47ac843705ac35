/// `docs/openapi.json`.
package let openAPIDocument = "{}"
