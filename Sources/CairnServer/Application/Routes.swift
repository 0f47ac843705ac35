/// Every operation of the API.
package func routes(_ dependencies: Dependencies, options: ServerOptions) -> [Route] {
    TaskRoutes(dependencies, options: options).routes
        + TaskViewRoutes(dependencies).routes
        + BatchRoutes(dependencies, options: options).routes
        + TemplateRoutes(dependencies, options: options).routes
        + FleetRoutes(dependencies).routes
        + HookRoutes(dependencies, options: options).routes
        + HealthRoutes(dependencies, options: options).routes
        + OpenAPIRoutes().routes
}
