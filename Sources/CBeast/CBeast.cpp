#include "CBeast.h"
