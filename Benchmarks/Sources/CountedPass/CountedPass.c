#include "CountedPass.h"

void foal_counted_pass(void (*perform)(void *), void *argument) {
  perform(argument);
  __asm__ volatile("");  // no tail call, so that leaving this function is seen
}
