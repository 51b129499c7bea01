# The server of tests/scenario/outbound, which is generated: as a module and,
# with sanitizers, as one executable.

OUTBOUND = build/scenario/outbound
OUTBOUND_API = $(OUTBOUND)/api/.done
OUTBOUND_SERVER = tests/scenario/outbound.c $(OUTBOUND)/api/*.c \
    $(OUTBOUND)/api/model/*.c
OUTBOUND_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(OUTBOUND)

scenario-program: $(OUTBOUND).so

$(OUTBOUND_API): build/bin/kontract tests/scenario/outbound.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/outbound.yaml -q -o $(@D)
	@touch $@

$(OUTBOUND).so: tests/scenario/outbound.c $(OUTBOUND_API) \
    build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(OUTBOUND_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(OUTBOUND_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/outbound: tests/scenario/outbound.c $(OUTBOUND_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(OUTBOUND_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(OUTBOUND_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
