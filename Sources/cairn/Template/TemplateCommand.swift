import ArgumentParser

/// `cairn template …`
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Check, register and look at templates.",
        subcommands: [
            TemplateValidate.self, TemplateRegister.self, TemplateList.self, TemplateShow.self, TemplateGraph.self,
        ])
}
