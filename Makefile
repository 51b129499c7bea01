# `make help` lists the targets.  Everything generated is in build/.
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

ifneq ($(shell test ! -e build || test -w build || echo no),)
$(error build/ belongs to another user (from an earlier run?): remove it)
endif
ifeq ($(origin CC),default)
CC = gcc
endif
CLANG ?= clang
CFLAGS ?= -O2 -g
# The public suites of tests/conformance.
SUITES ?= ../shared/suites

WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wpedantic
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
# Kore's features change its structs: they have to be those of its binary.
KORE = $(filter -D%,$(file </usr/share/kore/features))
CPPFLAGS += -D_GNU_SOURCE $(KORE) -I. -Ibuild -isystem /usr/include/postgresql \
    -isystem /usr/include/libxml2
# An answer that the contract does not declare is a function that is not there.
COMPILE = -std=c11 $(WARNINGS) $(CPPFLAGS) -MMD -MP -fPIC \
    -fvisibility=hidden -Werror=implicit-function-declaration

GEN_LIBS = -lyaml -lyajl -lpq -lcrypto -lpcre2-8 -lidn2 -lm
SERVER_LIBS = -lcurl -lpq -lssl -lcrypto -lpcre2-8 -lidn2 -lcrypt \
    -lz -lpthread
# What the handlers of the reference service need besides.
SERVICE_LIBS = -lxml2

GEN = $(wildcard gen/*.c) build/gen/templates_builtin.c
TEMPLATES = $(wildcard templates/*.tmpl)
# The contract-test runner is no part of a server.
CONTRACT = $(wildcard runtime/contract*.c)
# Nor is the program of kontract try, of which the compiler reads requests.
TRY = $(wildcard runtime/try*.c)
RUNTIME = $(filter-out $(CONTRACT) $(TRY),$(wildcard runtime/*.c))
TESTED = $(filter-out gen/main.c,$(GEN)) \
    $(filter-out runtime/serve.c runtime/serve_%.c runtime/contract_loop.c \
    runtime/try.c, \
    $(wildcard runtime/*.c)) $(wildcard handlers/product*.c)
SERVER = $(wildcard handlers/*.c build/api/*.c build/api/model/*.c \
    build/sql/*.c) \
    build/assets/assets.c

# V=1 shows the commands whole.
ifndef V
Q = @
say = @printf '  %-5s %s\n' '$(1)' '$@'
endif

objects = $(patsubst %.c,build/$(1)/%.o,$(2))

# Everything is built in flavours, each with objects of its own: obj is what is
# shipped, asan has sanitizers, coverage counts what is reached, and fuzz is for
# libFuzzer.  Counts are in a file that is mapped from the start, so they outlast
# any end of a process, and its sandbox need not let it write them.
compiler_obj = $(CC)
compiler_asan = $(CLANG)
compiler_coverage = $(CLANG)
compiler_fuzz = $(CLANG)
flags_obj = $(CFLAGS)
flags_asan = -O1 -g $(SANITIZE)
flags_coverage = -O1 -g -fprofile-instr-generate -fcoverage-mapping \
    -mllvm -runtime-counter-relocation
flags_fuzz = -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link
link_obj = $(CC) $(LDFLAGS)
link_asan = $(CLANG) $(SANITIZE)
link_coverage = $(CLANG) -fprofile-instr-generate
HARDEN = -Wl,-z,now,-z,relro

# What is shipped is not in a folder of its flavour.
place = $(if $(filter obj,$(1)),build,build/$(1))
programs = $(if $(filter obj,$(1)),build/bin,build/$(1))

all: check-setup build/bin/kontract server

help:
	@echo 'make            builds the compiler and the server'
	@echo 'make server-static  the server as one executable, build/server'
	@echo 'make run        starts the server and its database; PORT=8000'
	@echo 'make test       installs what is missing, then runs every suite'
	@echo 'make unit       tests of the modules, plain and with sanitizers'
	@echo 'make golden     what the compiler writes and reports'
	@echo 'make migrate    migrations, applied to databases'
	@echo 'make sql        queries, described by databases'
	@echo 'make names      hostile names: do they break the code?'
	@echo 'make conformance  the public suites of JSON Schema and JSON'
	@echo 'make contract   the generated contract tests, on the server'
	@echo 'make specs      published contracts: their servers, and their tests'
	@echo 'make scenario   stories of several calls, on the server'
	@echo 'make http       what a connection says, beside nginx'
	@echo 'make ws         what WebSockets may say, and what becomes of them'
	@echo 'make asan       the last four on a server with sanitizers'
	@echo 'make coverage   how much of the code do the suites reach?'
	@echo 'make mutation   removes checks: do the tests notice?'
	@echo 'make docs       does what the guide tells, and compares'
	@echo 'make fuzz       random input for each parser; T=60'
	@echo 'make path       what a request asks of the system: does it stay little?'
	@echo 'make guard      do requests take more instructions than before?'
	@echo 'make bench      how fast is it?'
	@echo 'make lint       format, warnings of two compilers, and more'
	@echo 'make format     formats the sources'
	@echo 'make regen      records the golden files anew'
	@echo 'make clean      removes build/, the data of make run too'

.PHONY: all help check-setup setup-test server run test unit golden migrate sql \
    names conformance contract specs scenario http ws asan coverage mutation docs \
    path guard fuzz bench lint format regen clean generate server-static \
    asan-server unit-programs coverage-programs fuzz-programs \
    conformance-programs contract-program bench-programs guard-program \
    path-programs \
    scenario-program http-program ws-program server-libs service-libs FORCE

SETUP ?= yes
check-setup:
	@$(if $(filter yes,$(SETUP)),tools/setup check)

# Objects.

define object_rule
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$(compiler_$(1)) $$(COMPILE) $$(flags_$(1)) -c $$< -o $$@
endef

$(foreach flavour,obj asan coverage fuzz, \
    $(eval $(call object_rule,$(flavour))))

-include $(shell find build/obj build/asan build/coverage build/fuzz \
    -name '*.d' 2>/dev/null)

# The compiler.

build/bin/embed: tools/embed.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -std=c11 $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $< -o $@

build/gen/templates_builtin.c: build/bin/embed $(TEMPLATES) build/templates.list
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/embed $(TEMPLATES) >$@

# Changes only when a template comes or goes.
build/templates.list: FORCE
	@mkdir -p $(@D)
	@echo '$(TEMPLATES)' | cmp -s - $@ || echo '$(TEMPLATES)' >$@

# Changes only when a source comes or goes: archives must forget those.
build/sources.list: FORCE
	@mkdir -p $(@D)
	@echo '$(RUNTIME) $(TESTED)' | cmp -s - $@ || \
	    echo '$(RUNTIME) $(TESTED)' >$@

define archive_rule
$(1): $(call objects,$(2),$(3)) build/sources.list
	@rm -f $$@
	$$(call say,AR)
	$$(Q)ar rcs $$@ $$(filter %.o,$$^)
endef

$(foreach flavour,obj asan coverage,$(eval $(call archive_rule, \
    $(call place,$(flavour))/libkontract.a,$(flavour),$(RUNTIME))))

define compiler_rule
$(call programs,$(1))/kontract: \
    $(call objects,$(1),$(GEN) runtime/try_request.c) \
    $(call place,$(1))/libkontract.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(link_$(1)) -o $$@ $$^ $$(GEN_LIBS)
endef

$(foreach flavour,obj asan coverage, \
    $(eval $(call compiler_rule,$(flavour))))

# The server.  Its sources are known once the contract is compiled, so a
# second make goes on from there.

build/api/.done: build/bin/kontract openapi.yaml
	$(call say,GEN)
	$(Q)build/bin/kontract generate openapi.yaml -o build/api \
	    --strict --handlers handlers --depfile $@.d
	@touch $@

-include build/api/.done.d

# By the lock: only `kontract sql --update` needs a database.
build/sql/.done: build/bin/kontract build/api/.done sql/queries.lock \
    $(wildcard sql/queries/*.sql sql/migrations/*.sql)
	$(call say,GEN)
	$(Q)build/bin/kontract sql openapi.yaml -o build/sql
	@touch $@

generate: build/api/.done build/sql/.done

server: generate
	@$(MAKE) $(if $(Q),-s) build/server.so

# After the server, for two makes must not compile the same files at once.
contract-program: server
	@$(MAKE) $(if $(Q),-s) build/bin/contract

# The packaged kore has the symbols that a module leaves open, so a linker
# would accept any that is missing; tools/link-check does not.
build/server.so: $(call objects,obj,$(SERVER)) build/assets/assets-data.o \
    build/libkontract.a tools/link-check
	$(call say,LINK)
	$(Q)tools/link-check $(filter-out tools/%,$^) -- $(SERVER_LIBS)
	$(Q)$(CC) -shared $(LDFLAGS) $(HARDEN) -o $@ $(filter %.o,$^) \
	    -Wl,--whole-archive build/libkontract.a -Wl,--no-whole-archive \
	    $(SERVER_LIBS)

$(foreach flavour,obj asan coverage, \
    $(call objects,$(flavour),$(wildcard handlers/*.c))): \
    | build/api/.done build/sql/.done build/assets/assets.h

# The contract tests need the tables of the operations, and so all that these
# refer to.  The runner's loop, which is never run, comes before the server's.

define contract_rule
$(call programs,$(1))/contract: \
    $(call objects,$(1),$(CONTRACT) $(wildcard build/api/contract/*.c)) \
    $(call objects,$(1),$(SERVER)) build/assets/assets-data.o \
    $(call place,$(1))/libkontract.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(link_$(1)) -o $$@ $$^ $$(SERVER_LIBS)
endef

$(foreach flavour,obj coverage,$(eval $(call contract_rule,$(flavour))))

# The page of /docs: Swagger UI from npm, and our two files.

DOCS_PAGE = build/docs-page/swagger-ui.css \
    build/docs-page/swagger-ui-bundle.js build/docs-page/LICENSE
ASSETS = swagger_ui_css=build/docs-page/swagger-ui.css \
    swagger_ui_bundle_js=build/docs-page/swagger-ui-bundle.js \
    docs_html=conf/docs/index.html docs_start_js=conf/docs/start.js \
    app_html=build/app/index.html app=build/app/files/

# The few packages of the tests come along.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci
	@touch $@

$(DOCS_PAGE) &: node_modules/.package-lock.json
	@mkdir -p $(@D)
	$(Q)cd node_modules/swagger-ui-dist && \
	    cp swagger-ui.css swagger-ui-bundle.js LICENSE '$(CURDIR)/$(@D)'

# The page of /app.  Its client has the types of the contract, so what this no
# longer promises does not compile.

# Changes only when the contract does, so something else says that it was looked at:
# two makes at once must not look again.
build/app/.bundled: build/bin/kontract openapi.yaml $(wildcard openapi/*.yaml)
	@mkdir -p $(@D)
	$(Q)build/bin/kontract bundle openapi.yaml -o $(@D)/contract.new
	@cd $(@D) && if cmp -s contract.new contract.json; then \
	    rm contract.new; else mv contract.new contract.json; fi
	@touch $@

build/app/contract.json: build/app/.bundled ;

build/app/contract.ts: build/app/contract.json app/contract.mjs \
    node_modules/.package-lock.json
	$(call say,GEN)
	$(Q)node app/contract.mjs $< >$@

build/app/index.html: build/app/contract.ts $(wildcard app/*)
	$(call say,PAGE)
	$(Q)node_modules/.bin/tsc -p app
	$(Q)node app/build.mjs build/app

build/assets/assets.h build/assets/assets.c build/assets/assets-data.S &: \
    tools/assets \
    $(filter-out %/,$(foreach a,$(ASSETS),$(lastword $(subst =, ,$(a)))))
	$(call say,GEN)
	$(Q)tools/assets build/assets $(ASSETS)

build/assets/assets-data.o: build/assets/assets-data.S
	$(call say,AS)
	$(Q)$(CC) -c $< -o $@

# The same server as one executable, without the packaged kore: to be shipped,
# with sanitizers, and with counters, which Kore itself has not.

include tools/kore-static.mk

$(eval $(call kore_rules,build/obj,$(CC) $(CFLAGS)))
$(eval $(call kore_rules,build/asan,$(CLANG) -O1 -g -fsanitize=address))
$(eval $(call kore_rules,build/coverage,$(CLANG) -O1 -g))

define server_rule
$(call place,$(1))/server: $(call kore_objects,build/$(1)) \
    $(call objects,$(1),$(SERVER)) build/assets/assets-data.o \
    $(call place,$(1))/libkontract.a
	$$(call say,LINK)
	$$(Q)$$(call link_server,$$(link_$(1)) $$(HARDEN))
endef

$(foreach flavour,obj asan coverage,$(eval $(call server_rule,$(flavour))))

build/server.so build/server build/asan/server build/coverage/server \
build/bin/contract build/coverage/contract: SERVER_LIBS += $(SERVICE_LIBS)

server-static: server
	@$(MAKE) $(if $(Q),-s) build/server

include tests/servers.mk

asan-server: server
	@$(MAKE) $(if $(Q),-s) build/asan/server $(TEST_SERVERS:%=build/asan/%)

# Programs of the tests.  Each takes what it needs out of an archive of all.

TESTED_LIBS = -Wl,--as-needed -lyaml -lxml2 -lcurl -lpq -lssl -lcrypto -lyajl \
    -lpcre2-8 -lidn2 -lcrypt -lz -lpthread -lm
UNIT = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
# The sources of llhttp, which tools/setup fetches; without them there is
# nothing to compare with.
LLHTTP = build/packages/node-llhttp/usr/share
FUZZ = $(filter-out $(if $(wildcard $(LLHTTP)),,build/fuzz/fuzz_llhttp), \
    $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c)))

$(foreach flavour,obj asan coverage fuzz,$(eval $(call archive_rule, \
    build/$(flavour)/libtested.a,$(flavour),$(TESTED))))

# The server's loop is Kore's; these have a stand-in of it.
LOOP_TESTS = test_bus test_db test_file test_gzip test_http_client \
    test_http_redirect test_job test_password test_sql test_sql_batch \
    test_sql_pool test_sql_stream test_sql_tx test_tls_settings test_work

# What a test defines itself comes before the archive's.
define unit_rules
$(LOOP_TESTS:%=build/$(1)/%): build/$(2)/tests/unit/loop_poll.o
build/$(1)/test_message: build/$(2)/runtime/contract_loop.o
build/$(1)/test_http_client build/$(1)/test_http_redirect: \
    build/$(2)/tests/unit/receiver.o

$(UNIT:%=build/$(1)/%): build/$(1)/%: build/$(2)/tests/unit/%.o \
    build/$(2)/libtested.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(link_$(2)) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) \
	    $$(TESTED_LIBS)
endef

$(eval $(call unit_rules,unit,obj))
$(eval $(call unit_rules,unit-asan,asan))
$(eval $(call unit_rules,unit-coverage,coverage))

$(filter-out build/fuzz/fuzz_call build/fuzz/fuzz_llhttp,$(FUZZ)): build/fuzz/%: build/fuzz/tests/fuzz/%.o build/fuzz/libtested.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CLANG) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(TESTED_LIBS)

# One of them has generated code.
FUZZ_API = build/fuzz/call/api/.done

$(FUZZ_API): build/bin/kontract tests/fuzz/openapi.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/fuzz/openapi.yaml -q -o $(@D)
	@touch $@

build/fuzz/fuzz_call: tests/fuzz/fuzz_call.c $(FUZZ_API) \
    build/fuzz/libtested.a
	$(call say,LINK)
	$(Q)$(CLANG) -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -Ibuild/fuzz/call \
	    -O1 -g $(SANITIZE) -fsanitize=fuzzer -o $@ $< \
	    $(dir $(FUZZ_API))*.c $(dir $(FUZZ_API))model/*.c \
	    build/fuzz/libtested.a $(TESTED_LIBS)

# One of them has another parser beside ours, as it comes.
build/fuzz/llhttp/%.o: $(LLHTTP)/llhttp/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CLANG) -DLLHTTP_STRICT_MODE=1 -isystem $(LLHTTP)/include/llhttp \
	    -O1 -g -fsanitize=fuzzer-no-link -c $< -o $@

build/fuzz/fuzz_llhttp: tests/fuzz/fuzz_llhttp.c build/fuzz/llhttp/api.o \
    build/fuzz/llhttp/http.o build/fuzz/llhttp/llhttp.o \
    build/fuzz/libtested.a tests/fuzz/http_requests.h
	$(call say,LINK)
	$(Q)$(CLANG) -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. \
	    -isystem $(LLHTTP)/include/llhttp -O1 -g $(SANITIZE) \
	    -fsanitize=fuzzer -o $@ $(filter-out %.h,$^) $(TESTED_LIBS)

unit-programs: $(UNIT:%=build/unit/%) $(UNIT:%=build/unit-asan/%)
fuzz-programs: $(FUZZ)

# After the server, whose objects the others have too.
coverage-programs: server
	@$(MAKE) $(if $(Q),-s) build/coverage/kontract build/coverage/contract \
	    build/coverage/server $(TEST_SERVERS:%=build/coverage/%) \
	    $(UNIT:%=build/unit-coverage/%)

# The schemas of the public suites, compiled as a contract's are.  The sources
# are known once that is done, so a second make goes on from there.

build/bin/conformance-compile: \
    $(call objects,obj,$(wildcard tests/conformance/compile*.c)) \
    $(call objects,obj,$(filter-out gen/main.c,$(GEN))) build/libkontract.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)

build/conformance/.done: build/bin/conformance-compile \
    $(wildcard tests/conformance/*.tmpl) node_modules/.package-lock.json
	$(call say,GEN)
	$(Q)build/bin/conformance-compile build/conformance \
	    node_modules/ajv/dist/refs/json-schema-2020-12 \
	    $(SUITES)/json-schema/remotes \
	    required=$(SUITES)/json-schema/tests/draft2020-12 \
	    format=$(SUITES)/json-schema/tests/draft2020-12/optional/format \
	    optional=$(SUITES)/json-schema/tests/draft2020-12/optional \
	    draft4=$(SUITES)/json-schema/tests/draft4
	@touch $@

CONFORMANCE = tests/conformance/judge.c build/conformance/table.c \
    $(wildcard build/conformance/*/group.c)
$(call objects,obj,$(CONFORMANCE)): CFLAGS = -O0

build/bin/conformance-judge: $(call objects,obj,$(CONFORMANCE)) \
    build/libkontract.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)

build/bin/conformance-parse: build/obj/tests/conformance/parse.o \
    build/obj/gen/source.o build/libkontract.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(GEN_LIBS)

ifneq ($(wildcard $(SUITES)),)
conformance-programs: build/conformance/.done
	@$(MAKE) $(if $(Q),-s) build/bin/conformance-judge \
	    build/bin/conformance-parse
endif

include tests/bench/programs.mk

# What to do with it.

run:
	@$(if $(filter yes,$(SETUP)),tools/setup run)
	@$(MAKE) -j$$(nproc) SETUP=no all
	@tools/run

setup-test:
	@$(if $(filter yes,$(SETUP)),tools/setup test)

test: setup-test
	@tools/test

# For scripts that link a server of their own.
server-libs:
	@echo $(SERVER_LIBS)

service-libs:
	@echo $(SERVER_LIBS) $(SERVICE_LIBS)

unit golden migrate sql names conformance contract specs scenario http ws asan \
    mutation docs path guard fuzz: setup-test
	@tools/test $@

bench: setup-test all
	@$(MAKE) -j$$(nproc) SETUP=no bench-programs
	@tests/bench/run

coverage: setup-test
	@tools/coverage

lint: setup-test
	@$(MAKE) -j$$(nproc) SETUP=no all
	tools/lint

format:
	clang-format -i $$(tools/lint --sources)

regen: build/bin/kontract
	tests/golden/run --regen

clean:
	PG_CLUSTER=run tools/pg remove
	PG_CLUSTER=test tools/pg remove
	rm -rf build node_modules
