/// Every operation of the API.
package func routes(_ dependencies: Dependencies, options: ServerOptions) -> [Route] {
    TaskRoutes(dependencies, options: options).routes
        + TaskViewRoutes(dependencies).routes
        + BatchRoutes(dependencies, options: options).routes
        + TemplateRoutes(dependencies, options: options).routes
        + TaskControlRoutes(dependencies, options: options).routes
        + StepRoutes(dependencies, options: options).routes
        + BulkRoutes(dependencies, options: options).routes
        + DeadLetterRoutes(dependencies, options: options).routes
        + RetentionRoutes(dependencies, options: options).routes
        + FleetRoutes(dependencies, options: options).routes
        + HookRoutes(dependencies, options: options).routes
        + HealthRoutes(dependencies, options: options).routes
        + OpenAPIRoutes().routes
}
