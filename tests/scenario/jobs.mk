# The server of tests/scenario/jobs, which is generated: as a module and,
# with sanitizers, as one executable.

JOBS = build/scenario/jobs
JOBS_API = $(JOBS)/api/.done
JOBS_SERVER = tests/scenario/jobs.c $(JOBS)/api/*.c \
    $(JOBS)/api/model/*.c
JOBS_FLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -I$(JOBS)

scenario-program: $(JOBS).so

$(JOBS_API): build/bin/kontract tests/scenario/jobs.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/scenario/jobs.yaml -q -o $(@D)
	@touch $@

$(JOBS).so: tests/scenario/jobs.c $(JOBS_API) build/libkontract.a
	$(call say,LINK)
	$(Q)$(CC) $(JOBS_FLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared -o $@ $(JOBS_SERVER) -Wl,--whole-archive \
	    build/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS)

build/asan/jobs: tests/scenario/jobs.c $(JOBS_API) \
    build/asan/libkontract.a $(KORE_ASAN)
	$(call say,LINK)
	$(Q)$(CLANG) $(JOBS_FLAGS) -O1 -g $(SANITIZE) -rdynamic -o $@ \
	    $(JOBS_SERVER) $(KORE_ASAN) -Wl,--whole-archive \
	    build/asan/libkontract.a -Wl,--no-whole-archive $(SERVER_LIBS) \
	    -lpthread -ldl
