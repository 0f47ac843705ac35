/// The version of the server.
package let cairnVersion = "0.1.0"
