# The server of tests/scenario/life, which is generated: as a module and,
# with sanitizers, as one executable.

LIFE = build/scenario/life
LIFE_API = $(LIFE)/api/.done
LIFE_SERVER = tests/scenario/life.c $(LIFE)/api/*.c \
    $(LIFE)/api/model/*.c
LIFE_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(LIFE)

scenario-program: $(LIFE).so

$(LIFE_API): build/bin/kontract tests/scenario/life.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/life.yaml -q -o $(@D)
	@touch $@

$(LIFE).so: tests/scenario/life.c $(LIFE_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(LIFE_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(LIFE_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/life: tests/scenario/life.c $(LIFE_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(LIFE_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(LIFE_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
