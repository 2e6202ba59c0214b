// What acts is part of what learns: whoever imports an algorithm has its policies too.
@_exported public import Policies
