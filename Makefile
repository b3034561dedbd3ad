# fcrdns - `make help` lists the targets. Each build flavour has a folder of objects: build/release,
# build/asan, build/tsan, build/fuzz, build/cov, build/lint.

FLAVOUR ?= release
GETDNS ?= static
PREFIX ?= /usr/local
DESTDIR ?=
V ?= 0
Q = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' $(1) $(2);)

B := build/$(FLAVOUR)
CC.release := gcc
CC.asan := gcc
CC.tsan := gcc
CC.fuzz := clang
CC.cov := gcc
CC.lint := gcc
OPT.release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT.lint := $(OPT.release)
OPT.asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT.tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT.fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# Atomic, because threads count the same lines.
OPT.cov := -O0 -g --coverage -fprofile-update=atomic
# These builds need more than io/system/confine.h leaves.
UNCONFINED := $(if $(filter asan tsan cov fuzz,$(FLAVOUR)),-DFCRDNS_UNCONFINED)
CC := $(CC.$(FLAVOUR))

# Warnings stop only `make lint` and CI: a new compiler may warn about more.
WERROR ?= 0
WARN := $(if $(filter 1,$(WERROR)),-Werror) -Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla \
        -Wformat=2 -Wundef -Wswitch-enum
VERSION := $(shell cat VERSION)
CPPFLAGS += -I. -D_GNU_SOURCE -DFCRDNS_VERSION='"$(VERSION)"' $(UNCONFINED)
CFLAGS += -std=gnu17 $(OPT.$(FLAVOUR)) -fPIE $(WARN) -pthread
LDFLAGS += $(OPT.$(FLAVOUR)) -pie -pthread -Wl,-z,relro,-z,now
comma := ,
# The sanitizers bring an allocator of their own.
ALLOCATOR := $(if $(filter release,$(FLAVOUR)),\
                  -Wl$(comma)--no-as-needed -lmimalloc -Wl$(comma)--as-needed)
# static: a copy of libgetdns.a, whose socket calls are renamed to those of
# io/resolver/getdns_calls.c, and two calls of OpenSSL to those of io/resolver/getdns_tls.c, which
# -u takes from the archive. shared: the shared library, whose calls arrive in
# io/resolver/getdns_interposed.c; --wrap leads those of the project's own objects past it.
GETDNS_COPY := build/libgetdns_calls.a
LDLIBS_GETDNS.static := -Wl,-u,getdns_tls_write $(GETDNS_COPY) -lunbound -lssl -lcrypto -lidn2 -lbsd
INTERPOSED := socket connect fcntl sendto recvfrom close SSL_write SSL_get_error
LDLIBS_GETDNS.shared := $(INTERPOSED:%=-Wl,--wrap=%) -lgetdns -lunbound -lssl -lcrypto -lidn2 -lbsd
LDLIBS_GETDNS := $(LDLIBS_GETDNS.$(GETDNS))
LDLIBS_IO := $(LDLIBS_GETDNS) -lzscanner -lcsv -lz -lsqlite3 -lidn2 -lpsl -lseccomp -lm
LDLIBS := -ljansson $(LDLIBS_IO)

MAIN_SRC := audit/main.c
COMMAND_SRC := $(wildcard audit/command/*.c)
AUDIT_SRC := $(filter-out $(MAIN_SRC),$(wildcard audit/*.c))
IO_SRC := $(filter-out $(if $(filter static,$(GETDNS)),%/getdns_interposed.c),\
            $(wildcard io/*.c io/*/*.c))
REPORTS_SRC := $(wildcard reports/*.c reports/*/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))

.PHONY: all
all: build/fcrdns ## build build/fcrdns

build/fcrdns: build/release/fcrdns
	$(Q)cp -f $< $@

$(B)/command.a: $(call obj,$(COMMAND_SRC))
$(B)/audit.a: $(call obj,$(AUDIT_SRC))
$(B)/io.a: $(call obj,$(IO_SRC))
$(B)/reports.a: $(call obj,$(REPORTS_SRC))
# q appends; r would replace a member of the same name from another folder.
$(B)/%.a:
	$(call say,AR,$@)rm -f $@ && ar qcs $@ $(filter %.o,$^)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The policy of explore.html names the hashes of its script and style sheet (CSP3 2.3.1).
build/web/%.hash: web/%
	@mkdir -p $(@D)
	$(call say,HASH,$@)printf 'sha256-%s' \
	    "$$(sha256sum $< | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64)" >$@

$(B)/reports/html/explore_assets.o: web/explore.html web/explore.css web/explore.js \
                                    build/web/explore.css.hash build/web/explore.js.hash

$(GETDNS_COPY): io/resolver/getdns_calls.syms
	@mkdir -p $(@D)
	$(call say,COPY,$@)objcopy --redefine-syms=$< $$($(CC) -print-file-name=libgetdns.a) $@
	$(Q)for name in $$(cut -d ' ' -f 2 $<); do nm $@ 2>/dev/null | grep -q " U $$name$$" || \
	    { echo "$@: getdns does not call what becomes $$name" >&2; rm -f $@; exit 1; }; done

# What links the room links getdns, again if the way changes.
$(B)/io/resolver/getdns.o: CPPFLAGS += -DFCRDNS_GETDNS='"$(GETDNS)"'
$(B)/io.a $(B)/io/resolver/getdns.o: $(B)/getdns.$(GETDNS)
$(B)/io.a: | $(if $(filter static,$(GETDNS)),$(GETDNS_COPY))
$(B)/getdns.$(GETDNS):
	@mkdir -p $(@D) && rm -f $(B)/getdns.*
	$(Q)[ $(GETDNS) = static ] || for name in $(INTERPOSED); do \
	    nm -D $$($(CC) -print-file-name=libgetdns.so) | grep -q " U $$name@" || \
	        { echo "libgetdns.so does not call $$name" >&2; exit 1; }; done
	$(Q)touch $@

ROOMS := $(B)/reports.a $(B)/io.a $(B)/audit.a
ROOF := $(call obj,$(MAIN_SRC)) $(B)/command.a

$(B)/fcrdns: $(ROOF) $(ROOMS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(ALLOCATOR)

include tests/tests.mk tests/fuzz/fuzz.mk

.PHONY: set-up
set-up:
	@tests/setup/install build

# A second make, because the build must not start before the packages are installed.
.PHONY: demo
demo: set-up ## set up, build, and audit the sample fleet against the project's own DNS server
	@$(MAKE) --no-print-directory all responder
	@samples/demo

.PHONY: check
check: set-up-check ## set up, build, and run all tests
	@MAKE='$(MAKE)' tests/check

.PHONY: set-up-check
set-up-check: set-up
	@tests/setup/install test
	@tests/setup/servers
	@tests/setup/slurm

.PHONY: check-distros
check-distros: ## make demo, make check and the package on minimal Debian 12 and 13; as root
	@tests/setup/install distros
	@tests/setup/distros

.PHONY: check-asan check-tsan
check-asan: set-up ## units, scenarios and fuzz corpora under the address and UB sanitizers
	@tests/setup/install test
	@MAKE='$(MAKE)' tests/check asan

check-tsan: set-up ## threads and the whole program under the thread sanitizer
	@tests/setup/install test
	@MAKE='$(MAKE)' tests/check tsan

.PHONY: check-web
check-web: set-up-check ## explore.html in a browser that a program drives; needs npm and node 20
	@$(MAKE) --no-print-directory -s all responder scripted
	@tests/explore/web

# All objects of the flavour `lint`, which are never linked.
.PHONY: objects
ifeq ($(FLAVOUR),lint)
objects: $(call obj,$(shell find audit io reports tests -name '*.c'))
endif

build/completion/fcrdns.%: build/fcrdns packaging/completion/generate
	@mkdir -p $(@D)
	$(call say,MAKE,$@)packaging/completion/generate build/fcrdns $* >$@

SHARE = $(DESTDIR)$(PREFIX)/share
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
.PHONY: install
install: all build/completion/fcrdns.bash build/completion/fcrdns.zsh
install: ## install program, man page, completions and systemd units (PREFIX, DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(SHARE)/bash-completion/completions \
	    $(DESTDIR)$(ZSH_COMPLETIONS)
	install -m 755 build/fcrdns $(DESTDIR)$(PREFIX)/bin/fcrdns
	install -m 644 docs/fcrdns.1 $(SHARE)/man/man1/fcrdns.1
	install -m 644 build/completion/fcrdns.bash $(SHARE)/bash-completion/completions/fcrdns
	install -m 644 build/completion/fcrdns.zsh $(DESTDIR)$(ZSH_COMPLETIONS)/_fcrdns
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' packaging/systemd/fcrdns@.service \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/fcrdns@.service
	install -m 644 packaging/systemd/fcrdns@.timer $(DESTDIR)$(PREFIX)/lib/systemd/system/

.PHONY: dist
dist: ## a tarball of the last commit, and an SPDX list of what is in it, in build/dist
	@packaging/dist

.PHONY: deb
deb: set-up ## a Debian package of the last commit, in build/deb
	@tests/setup/install deb
	@packaging/deb

.PHONY: coverage
coverage: set-up ## line coverage of units, scenarios, corpora and stories; fails below its bars
	@tests/setup/install test coverage
	@tests/setup/servers
	@MAKE='$(MAKE)' tests/coverage

.PHONY: bench
bench: set-up ## measure speed and memory, beside adnslogres and dnsperf
	@tests/setup/install bench
	@tests/setup/servers
	@tests/setup/servers resolvers
	@$(MAKE) --no-print-directory all responder build/release/plain_loop
	@tests/bench/bench

.PHONY: lint
lint: ## style, includes, banned calls and words, static analysis, warnings as errors
	@tests/setup/install build test bench lint
	@$(MAKE) --no-print-directory -s FLAVOUR=lint WERROR=1 objects
	@tests/lint/all

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' \
	    Makefile tests/tests.mk tests/fuzz/fuzz.mk | sort | expand -t 22

-include $(wildcard $(addprefix $(B)/,*/*.d */*/*.d tests/*/*/*.d tests/*/*/*/*.d))
