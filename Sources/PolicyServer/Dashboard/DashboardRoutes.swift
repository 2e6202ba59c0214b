internal import Hummingbird

/// Adds the dashboard's read-only data routes; its pages are the files in `Resources/Dashboard`,
/// which are served at `/`.
/// - Parameter home: the folder that holds `runs/`.
func addDashboardRoutes(to router: Router<BasicRequestContext>, home: String) {}
