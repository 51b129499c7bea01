# The server of tests/scenario/async, which is generated: as a module and,
# with sanitizers, as one executable.

ASYNC = build/scenario/async
ASYNC_API = $(ASYNC)/api/.done
ASYNC_SERVER = tests/scenario/async.c $(ASYNC)/api/*.c \
    $(ASYNC)/api/model/*.c
ASYNC_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(ASYNC)

scenario-program: $(ASYNC).so

$(ASYNC_API): build/bin/kontract tests/scenario/async.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/async.yaml -q -o $(@D)
	@touch $@

$(ASYNC).so: tests/scenario/async.c $(ASYNC_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(ASYNC_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(ASYNC_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/async: tests/scenario/async.c $(ASYNC_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(ASYNC_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(ASYNC_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
