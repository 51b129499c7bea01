# The server of tests/scenario/streams, which is generated: as a module and,
# with sanitizers, as one executable.

STREAMS = build/scenario/streams
STREAMS_API = $(STREAMS)/api/.done
STREAMS_SERVER = tests/scenario/streams.c $(STREAMS)/api/*.c \
    $(STREAMS)/api/model/*.c
STREAMS_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(STREAMS)

scenario-program: $(STREAMS).so

$(STREAMS_API): build/bin/kontract tests/scenario/streams.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/streams.yaml -q -o $(@D)
	@touch $@

$(STREAMS).so: tests/scenario/streams.c $(STREAMS_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(STREAMS_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(STREAMS_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/streams: tests/scenario/streams.c $(STREAMS_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(STREAMS_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(STREAMS_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
