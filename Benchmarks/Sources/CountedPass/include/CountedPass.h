// A function that Valgrind knows by its name: it counts what happens within a call of it.
#pragma once

// Calls the function with its argument.
void foal_counted_pass(void (*perform)(void *), void *argument);
