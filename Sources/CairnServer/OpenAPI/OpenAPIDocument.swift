/// `docs/openapi.json`, which the build embeds.
package let openAPIDocument = embeddedFiles[0].text
