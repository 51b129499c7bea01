# A server of the scenarios whose contract has streams.

STREAMS = build/scenario/streams
STREAMS_API = $(STREAMS)/api/.done
STREAMS_CODE = tests/scenario/streams.c $(STREAMS)/api/*.c \
    $(STREAMS)/api/model/*.c
STREAMS_CC = -std=c11 $(WARNINGS) -Werror -D_GNU_SOURCE -fPIC \
    -fvisibility=hidden -I. -I$(STREAMS)

$(STREAMS_API): build/bin/kontract tests/scenario/streams.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/streams.yaml -q -o $(@D)
	@touch $@

build/scenario/streams.so: tests/scenario/streams.c $(STREAMS_API) \
    build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(STREAMS_CC) $(CFLAGS) -shared $(LDFLAGS) \
	    -Wl,-z,now,-z,relro -o $@ $(STREAMS_CODE) \
	    -Wl,--whole-archive build/libkontract.a -Wl,--no-whole-archive \
	    $(SERVER_LIBS)

build/scenario/streams-contract: $(STREAMS_API) tests/scenario/streams.c \
    $(call objects,obj,$(CONTRACT)) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(STREAMS_CC) $(CFLAGS) -o $@ $(STREAMS)/api/contract/*.c \
	    $(STREAMS_CODE) $(filter %.o,$^) build/libkontract.a $(SERVER_LIBS)

build/asan/streams: tests/scenario/streams.c $(STREAMS_API) \
    build/asan/libkontract.a $(STATIC_OBJECTS)
	$(call say,LINK)
	$(Q)$(STATIC_CC) $(STREAMS_CC) $(STATIC_FLAGS) $(STATIC_LDFLAGS) \
	    -rdynamic -o $@ $(STREAMS_CODE) $(STATIC_OBJECTS) \
	    -Wl,--whole-archive build/asan/libkontract.a \
	    -Wl,--no-whole-archive $(STATIC_LIBS)
