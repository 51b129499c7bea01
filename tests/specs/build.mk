# A server of a contract whose handlers are first drafts, and the program of
# its contract tests:
#
#	make -f tests/specs/build.mk OUT=build/specs/NAME
#
# OUT has api/, handlers/ and auth.c; tests/specs/run puts them there.
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

CC = gcc
SPECS_CFLAGS ?= -O1
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror
COMPILE = $(CC) -std=c11 $(WARNINGS) -D_GNU_SOURCE $(SPECS_CFLAGS) -I. -I$(OUT) \
    -MMD -MP -fPIC -fvisibility=hidden
LIBS := $(shell $(MAKE) -s --no-print-directory -f Makefile SETUP=no server-libs)

SOURCES := $(shell find $(OUT)/api $(OUT)/handlers -name '*.c' \
    ! -path '$(OUT)/api/contract/*') $(OUT)/auth.c
OBJECTS = $(SOURCES:%.c=%.o) $(OUT)/server.o
CONTRACT = $(patsubst %.c,build/obj/%.o,$(wildcard runtime/contract*.c))

all: $(OUT)/server.so $(OUT)/bin/contract

$(OUT)/%.o: $(OUT)/%.c
	@$(COMPILE) -c $< -o $@

$(OUT)/server.o: tests/specs/server.c
	@$(COMPILE) -c $< -o $@

-include $(OBJECTS:.o=.d)

$(OUT)/server.so: $(OBJECTS) build/libkontract.a
	@$(CC) -shared -Wl,-z,now,-z,relro -o $@ $(OBJECTS) \
	    -Wl,--whole-archive build/libkontract.a -Wl,--no-whole-archive $(LIBS)

$(OUT)/bin/contract: $(OBJECTS) $(OUT)/api/contract/main.o $(CONTRACT) \
    build/libkontract.a
	@mkdir -p $(@D)
	@$(CC) -o $@ $(OUT)/api/contract/main.o $(CONTRACT) $(OBJECTS) \
	    build/libkontract.a $(LIBS)
