# A server as one executable: the packaged sources of Kore, the runtime and
# the application, without a module to load.  It takes the same options and the
# same configuration as kore, but no line `load`.  For each way to compile it:
#
#	$(eval $(call kore_rules,DIR,COMPILER AND FLAGS))
#
# tells how Kore is compiled below DIR, $(call kore_objects,DIR) are its objects,
# and a rule that has these among its prerequisites makes the executable with
#
#	$(call link_server,COMPILER AND FLAGS,OBJECTS AND ARCHIVES)
#
# of which everything is taken, for Kore finds its hooks by name.
#
# Kore has undefined behaviour of its own (its pools hand out memory that is
# not aligned), so its flags should not have -fsanitize=undefined; those of the
# linker may.

KORE_SHARE ?= /usr/share/kore

# The same features as those of the packaged binary: they change structs that
# the runtime shares with Kore.
KORE_FEATURES := $(file <$(KORE_SHARE)/features)
KORE_SOURCES = accesslog auth buf config connection domain filemap fileref \
    http json keymgr kore linux mem module msg net pgsql pool runtime seccomp \
    tasks timer utils validator websocket worker
KORE_FLAGS = -std=gnu99 -w -D_GNU_SOURCE=1 -D_FILE_OFFSET_BITS=64 \
    -DPREFIX='"/usr"' \
    -DPGSQL_INCLUDE_PATH='"$(shell pg_config --includedir)"' \
    $(KORE_FEATURES) -Ibuild/kore -I$(KORE_SHARE)/include/kore

kore_objects = $(KORE_SOURCES:%=$(1)/kore/%.o) $(1)/kore/version.o

build/kore/platform.h:
	@mkdir -p $(@D)
	@sh $(KORE_SHARE)/misc/linux-platform.sh >$@.new && mv $@.new $@

build/kore/version.c: $(KORE_SHARE)/RELEASE
	@mkdir -p $(@D)
	@echo "const char *kore_version = \"$$(cat $<)\";" >$@

define kore_rules
$(1)/kore/version.o: build/kore/version.c
	@mkdir -p $$(@D)
	@$(2) -c $$< -o $$@

$(1)/kore/%.o: $(KORE_SHARE)/src/%.c build/kore/platform.h
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$(2) $$(KORE_FLAGS) -c $$< -o $$@
endef

link_server = $(1) -rdynamic -o $@ $(filter %.o,$^) -Wl,--whole-archive \
    $(filter %.a,$^) -Wl,--no-whole-archive $(SERVER_LIBS) -ldl
