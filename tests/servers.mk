# The servers of the tests: each as a module, and with sanitizers and with
# counters as an executable.
#
#	$(eval $(call test_server,SUITE,NAME,SOURCE,CONTRACT))
#
# makes build/SUITE/NAME.so, build/asan/NAME and build/coverage/NAME of a
# source and of what its contract, if it has one, is compiled to.

TEST_SERVERS =
test_sources = $(3) $(if $(4),build/$(1)/$(2)/api/*.c \
    build/$(1)/$(2)/api/model/*.c)
test_flags = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -Ibuild/$(1)/$(2)

define test_contract
build/$(1)/$(2)/api/.done: build/bin/kontract $(3)
	@mkdir -p $$(@D)
	$$(call say,GEN)
	$$(Q)build/bin/kontract generate $(3) -q -o $$(@D)
	@touch $$@
endef

define test_module
build/$(1)/$(2).so: $(3) $(if $(4),build/$(1)/$(2)/api/.done) \
    build/libkontract.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(CC) $(test_flags) $$(CFLAGS) -fPIC -fvisibility=hidden \
	    -shared $$(LDFLAGS) $$(HARDEN) -o $$@ $(test_sources) \
	    -Wl,--whole-archive build/libkontract.a -Wl,--no-whole-archive \
	    $$(SERVER_LIBS)

$(1)-program: build/$(1)/$(2).so
endef

define test_executable
build/$(5)/$(2): $(3) $(if $(4),build/$(1)/$(2)/api/.done) \
    build/$(5)/libkontract.a $(call kore_objects,build/$(5))
	$$(call say,LINK)
	$$(Q)$$(call link_server,$$(link_$(5)) $(test_flags) $$(flags_$(5)) \
	    $(test_sources))
endef

define test_server
TEST_SERVERS += $(2)
$(if $(4),$(eval $(call test_contract,$(1),$(2),$(4))))
$(eval $(call test_module,$(1),$(2),$(3),$(4)))
$(foreach flavour,asan coverage, \
    $(eval $(call test_executable,$(1),$(2),$(3),$(4),$(flavour))))
endef

$(eval $(call test_server,scenario,bodies,tests/scenario/bodies.c))
$(foreach name,outbound streams async tls life jobs topics, \
    $(eval $(call test_server,scenario,$(name),tests/scenario/$(name).c,tests/scenario/$(name).yaml)))
$(eval $(call test_server,http,echo,tests/http/server.c,tests/http/openapi.yaml))
$(eval $(call test_server,ws,sockets,tests/ws/server.c,tests/ws/openapi.yaml))
