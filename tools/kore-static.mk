# A server as one executable: the packaged sources of Kore, the runtime and
# the application, without a module to load.  It is how sanitizers see the
# whole server; it takes the same options and the same configuration as kore,
# but no line `load`.  To be set before this file is included:
#
#	STATIC		the executable
#	STATIC_CC	compiler of Kore's files, and linker
#	STATIC_FLAGS	its flags, for both
#	STATIC_LDFLAGS	more flags of the linker
#	STATIC_PARTS	objects and archives of the server; of the archives
#			everything is taken, for Kore finds its hooks by name
#	STATIC_LIBS	libraries of the server
#
# Kore has undefined behaviour of its own (its pools hand out memory that is
# not aligned), so STATIC_FLAGS should not have -fsanitize=undefined;
# STATIC_LDFLAGS may.

KORE_SHARE ?= /usr/share/kore
STATIC_DIR = $(dir $(STATIC))kore

# The same features as those of the packaged binary: they change structs that
# the runtime shares with Kore.
STATIC_FEATURES := $(file <$(KORE_SHARE)/features)
STATIC_SOURCES = accesslog auth buf config connection domain filemap fileref \
    http json keymgr kore linux mem module msg net pgsql pool runtime seccomp \
    tasks timer utils validator websocket worker
STATIC_OBJECTS = $(STATIC_SOURCES:%=$(STATIC_DIR)/%.o) $(STATIC_DIR)/version.o
STATIC_COMPILE = $(STATIC_CC) -std=gnu99 -w -D_GNU_SOURCE=1 \
    -D_FILE_OFFSET_BITS=64 -DPREFIX='"/usr"' \
    -DPGSQL_INCLUDE_PATH='"$(shell pg_config --includedir)"' \
    $(STATIC_FEATURES) -I$(STATIC_DIR) -I$(KORE_SHARE)/include/kore \
    $(STATIC_FLAGS)

$(STATIC_DIR)/platform.h:
	@mkdir -p $(@D)
	@sh $(KORE_SHARE)/misc/linux-platform.sh >$@.new && mv $@.new $@

$(STATIC_DIR)/version.c: $(KORE_SHARE)/RELEASE
	@mkdir -p $(@D)
	@echo "const char *kore_version = \"$$(cat $<)\";" >$@

$(STATIC_DIR)/version.o: $(STATIC_DIR)/version.c
	@$(STATIC_COMPILE) -c $< -o $@

$(STATIC_DIR)/%.o: $(KORE_SHARE)/src/%.c $(STATIC_DIR)/platform.h
	$(if $(say),$(call say,CC),@echo '  CC    $@')
	$(Q)$(STATIC_COMPILE) -c $< -o $@

$(STATIC): $(STATIC_OBJECTS) $(STATIC_PARTS)
	$(if $(say),$(call say,LINK),@echo '  LINK  $@')
	$(Q)$(STATIC_CC) $(STATIC_FLAGS) $(STATIC_LDFLAGS) -rdynamic -o $@ \
	    $(STATIC_OBJECTS) -Wl,--whole-archive $(STATIC_PARTS) \
	    -Wl,--no-whole-archive $(STATIC_LIBS) \
	    -lpq -lssl -lcrypto -lpthread -ldl
