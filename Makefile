# fcrdns - `make help` lists the targets. One folder of objects per build flavour: build/release, build/asan, build/tsan, build/fuzz.

FLAVOUR ?= release
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
OPT.release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT.asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT.tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT.fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
OPT.cov := -O0 -g --coverage
CC := $(CC.$(FLAVOUR))

WARN := -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wvla -Wformat=2 -Wundef -Wswitch-enum
VERSION := $(shell cat VERSION)
CPPFLAGS += -I. -D_GNU_SOURCE -DFCRDNS_VERSION='"$(VERSION)"'
CFLAGS += -std=gnu17 $(OPT.$(FLAVOUR)) -fPIE $(WARN) -pthread
LDFLAGS += $(OPT.$(FLAVOUR)) -pie -pthread -Wl,-z,relro,-z,now
# The sanitizers bring an allocator of their own.
ALLOCATOR := $(if $(filter release,$(FLAVOUR)),-Wl$(comma)--no-as-needed -lmimalloc -Wl$(comma)--as-needed)
comma := ,
LDLIBS_IO := -lgetdns -lcsv -lz -lsqlite3 -lidn2
LDLIBS := -ljansson $(LDLIBS_IO) -lm

AUDIT_SRC := $(filter-out audit/main.c,$(wildcard audit/*.c))
IO_SRC := $(wildcard io/*.c)
REPORTS_SRC := $(wildcard reports/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))

.PHONY: all
all: build/fcrdns

build/fcrdns: build/release/fcrdns
	$(Q)cp -f $< $@

$(B)/audit.a: $(call obj,$(AUDIT_SRC))
$(B)/io.a: $(call obj,$(IO_SRC))
$(B)/reports.a: $(call obj,$(REPORTS_SRC))
$(B)/%.a:
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

ROOMS := $(B)/reports.a $(B)/io.a $(B)/audit.a

$(B)/fcrdns: $(B)/audit/main.o $(ROOMS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(ALLOCATOR)

include tests/tests.mk

-include $(wildcard $(B)/*/*.d $(B)/tests/*/*.d $(B)/tests/*/*/*.d)
