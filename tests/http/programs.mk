# The server of tests/http, which is generated: as a module and, with
# sanitizers, as one executable.

ECHO = build/http/echo
ECHO_API = $(ECHO)/api/.done
ECHO_SERVER = tests/http/server.c $(ECHO)/api/*.c $(ECHO)/api/model/*.c
ECHO_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(ECHO)

http-program: $(ECHO).so

$(ECHO_API): build/bin/kontract tests/http/openapi.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/http/openapi.yaml -q -o $(@D)
	@touch $@

$(ECHO).so: tests/http/server.c $(ECHO_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(ECHO_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(ECHO_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/echo: tests/http/server.c $(ECHO_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(ECHO_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(ECHO_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
