// Whoever schools agents has the agents too.
@_exported public import Policies
