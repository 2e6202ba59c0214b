// What an agent saw is counted in what triggers compare it with.
@_exported public import Triggers
