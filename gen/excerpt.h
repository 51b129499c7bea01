/* Text from a contract, made safe for a terminal. */
#ifndef GEN_EXCERPT_H
#define GEN_EXCERPT_H

#include <stdio.h>

#include "gen/source.h"

enum { EXCERPT_MAX = 160 }; /* bytes of a line */

/*
 * Control characters (also C1, line separators and those that change the
 * direction of writing) and ill-formed UTF-8 become '?', a tab a space.
 */
void excerpt_print_text(struct rt_str, FILE *);

/*
 * The line of a place and a second one that underlines it:
 *
 *	   31 |     operationId: createPet
 *	      |                  ^~~~~~~~~
 *
 * Nothing for an empty line or a place without a line.
 */
void excerpt_print(struct source_pos, FILE *);

#endif /* GEN_EXCERPT_H */
