import CairnModel
import EmbeddedPostgres
import Foundation

/// The folder of `up`'s data, looked at before anything is started: what somebody else left in it (often root, by an
/// earlier run) would else make one part after the other fail, each with an error of its own.
struct DataFolder {
    let project: Project

    /// Makes it if need be; throws when this user cannot work in it.
    func prepare() throws(CommandError) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: project.data, isDirectory: &isDirectory), !isDirectory.boolValue {
            throw .input(
                "\(project.data) is a file", do: "Name a directory with --data DIR; it is made if it is not there")
        }
        if geteuid() != 0, let other = unusable { throw refusal(other) }
        do {
            try FileManager.default.createDirectory(atPath: project.logs, withIntermediateDirectories: true)
        } catch {
            let place = nearest(to: project.logs)
            throw CommandError(
                .failed, "directory",
                "\(project.logs) cannot be made: \(place) belongs to \(Self.owner(of: place)), and \(Self.me) may not "
                    + "write there", do: "Choose a place of your own with --data DIR")
        }
    }

    /// The error of a command that wants the database, when this user may not even see whether there is one.
    var hidden: CommandError? {
        access(project.postgres, F_OK) != 0 && errno == EACCES ? refusal(project.data) : nil
    }

    /// Something in it that this user cannot work with. What cannot be looked at counts as well.
    private var unusable: String? {
        var places = [project.data, project.lock, project.logs, project.data + "/reports"]
        places += ((try? FileManager.default.contentsOfDirectory(atPath: project.logs)) ?? []).map {
            "\(project.logs)/\($0)"
        }
        if let place = places.first(where: { access($0, W_OK) != 0 && errno != ENOENT }) { return place }
        // PostgreSQL's data has to be one's own; write access is not enough.
        var status = stat()
        guard stat(project.postgres, &status) == 0 else { return errno == ENOENT ? nil : project.postgres }
        return status.st_uid == geteuid() ? nil : project.postgres
    }

    private func refusal(_ place: String) -> CommandError {
        let (owner, folder) = (Self.owner(of: place), UpBanner.quoted(project.data))
        if owner == Self.me {
            return CommandError(
                .failed, "directory", "\(place) cannot be written by \(owner), who owns it",
                do: "Allow it: chmod -R u+rwX \(folder)")
        }
        return CommandError(
            .failed, "directory", "\(place) belongs to \(owner), and \(Self.me) cannot use it",
            do: "Stop what \(owner) runs here, then take it over: sudo chown -R \(Self.me): \(folder)")
    }

    private func nearest(to path: String) -> String {
        var place = path
        while place.count > 1, access(place, F_OK) != 0 { place = (place as NSString).deletingLastPathComponent }
        return place
    }

    private static var me: String { Account.known(geteuid())?.name ?? "user \(geteuid())" }

    /// The owner's name; that of the first directory above which can be looked at, when the place itself cannot.
    private static func owner(of path: String) -> String {
        var status = stat()
        var place = path
        while stat(place, &status) != 0, place.count > 1 { place = (place as NSString).deletingLastPathComponent }
        return Account.known(status.st_uid)?.name ?? "user \(status.st_uid)"
    }
}
