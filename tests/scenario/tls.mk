# The server of tests/scenario/tls, which is generated: as a module and,
# with sanitizers, as one executable.

TLS = build/scenario/tls
TLS_API = $(TLS)/api/.done
TLS_SERVER = tests/scenario/tls.c $(TLS)/api/*.c $(TLS)/api/model/*.c
TLS_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(TLS)

scenario-program: $(TLS).so

$(TLS_API): build/bin/kontract tests/scenario/tls.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/tls.yaml -q -o $(@D)
	@touch $@

$(TLS).so: tests/scenario/tls.c $(TLS_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(TLS_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(TLS_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/tls: tests/scenario/tls.c $(TLS_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(TLS_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(TLS_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
