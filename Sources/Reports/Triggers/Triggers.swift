// Whoever writes reports has the triggers that they tell of too.
@_exported public import Triggers
