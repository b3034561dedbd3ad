# Test programs. The units of a room link that room and those below it, so that an upward call does
# not link.

unit_programs = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard $(1:%=tests/unit/%/test_*.c)))
UNIT_AUDIT := $(call unit_programs,audit)
UNIT_COMMAND := $(call unit_programs,audit/command)
UNIT_IO := $(call unit_programs,io io/*)
UNIT_REPORTS := $(call unit_programs,reports reports/*)
UNIT_ANSWERBOOK := $(call unit_programs,answerbook)
UNIT_RESPONDER := $(call unit_programs,responder)
UNITS := $(UNIT_AUDIT) $(UNIT_COMMAND) $(UNIT_IO) $(UNIT_REPORTS) $(UNIT_ANSWERBOOK) \
         $(UNIT_RESPONDER)

ANSWERBOOK_OBJ := $(call obj,$(wildcard tests/answerbook/*.c))
RESPONDER_OBJ := $(call obj,$(wildcard tests/responder/*.c))
SCRIPTED_OBJ := $(call obj,$(wildcard tests/scripted/*.c))

$(UNIT_AUDIT): $(B)/unit/audit/%: $(B)/tests/unit/audit/%.o $(B)/audit.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion

$(UNIT_COMMAND): $(B)/unit/audit/command/%: \
                 $(B)/tests/unit/audit/command/%.o $(B)/command.a $(ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

$(B)/unit/io/phases/test_zone_asker $(B)/unit/io/phases/test_zone_asker_hostile \
$(B)/unit/io/phases/test_zone_asker_limits: \
    LDFLAGS += -Wl,--wrap=endpoint_has_route

$(UNIT_IO): $(B)/unit/io/%: $(B)/tests/unit/io/%.o $(B)/io.a $(B)/audit.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_IO) -lcriterion

$(UNIT_REPORTS): $(B)/unit/reports/%: $(B)/tests/unit/reports/%.o $(ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

$(UNIT_ANSWERBOOK): $(B)/unit/answerbook/%: $(B)/tests/unit/answerbook/%.o $(ANSWERBOOK_OBJ)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lldns -lcriterion

$(UNIT_RESPONDER): $(B)/unit/responder/%: $(B)/tests/unit/responder/%.o \
                   $(B)/tests/responder/wheel.o $(B)/tests/responder/stats.o
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion

.PHONY: units responder scripted
units: $(UNITS)

# The DNS server of the tests: on loopback only, answers from a book or by rule.
responder: $(B)/responder
$(B)/responder: $(RESPONDER_OBJ) $(ANSWERBOOK_OBJ)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lldns

# Measured on names that the rules were not written from.
.PHONY: generic-names
generic-names: $(B)/measure ## precision and recall of the generic-name rules
	@$< tests/generic/holdout-2.tsv
$(B)/measure: $(B)/tests/generic/measure.o $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# Prints the rows of the rules, for tests/lint/rules.
$(B)/rule_rows: $(B)/tests/lint/rule_rows.o $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# Prints the table of docs/parties.md, for tests/docs/parties.
$(B)/blame_rows: $(B)/tests/docs/blame_rows.o $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# The program over a scripted resolver. Its objects come before io.a, so the linker does not take
# the getdns resolver from the archive.
scripted: $(B)/fcrdns-scripted
$(B)/fcrdns-scripted: $(ROOF) $(SCRIPTED_OBJ) $(ANSWERBOOK_OBJ) $(ROOMS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lldns $(LDLIBS) $(ALLOCATOR)

# Threads under load. Plain programs, since Criterion does not start under the thread sanitizer.
THRASHERS := $(patsubst tests/thrash/%.c,$(B)/%,$(wildcard tests/thrash/*.c))
$(THRASHERS): $(B)/%: $(B)/tests/thrash/%.o $(B)/io.a $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_IO)

.PHONY: thrash
thrash: $(THRASHERS)

# What a zone file holds, for tests/zone_files/run.
$(B)/zone_records: $(B)/tests/zone_files/records.o $(B)/io.a $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_IO)

# The cost of getdns alone: the floor in the table of make bench.
$(B)/plain_loop: $(B)/tests/bench/plain_loop.o $(B)/io.a $(B)/audit.a
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -l:libgetdns_ex_ev.a -lev $(LDLIBS_GETDNS) $(ALLOCATOR)

# The program with a trace of its pace, and what watches it from outside, for tests/bench/real.
$(B)/fcrdns_traced: $(ROOF) $(B)/tests/bench/pace_trace.o $(ROOMS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -Wl,--wrap=pace_step -o $@ $^ $(LDLIBS) $(ALLOCATOR)
$(B)/trace: $(B)/tests/bench/trace.o
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# An attacker beside a resolver, for tests/net/stories/forged.
$(B)/forger: $(B)/tests/net/forger.o
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# Servers of DNS over TLS with odd habits, for tests/net/stories/tls.
$(B)/tls_peer: $(B)/tests/net/tls_peer.o
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lssl -lcrypto

# Flips bits of run files, for tests/net/stories/damage.
$(B)/flip: $(B)/tests/net/flip.o
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^

# A wall clock that jumps, for tests/net/stories/clock.
$(B)/clock_jumps.so: tests/net/clock_jumps.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CPPFLAGS) -std=gnu17 -O2 -fPIC $(WARN) -shared -o $@ $<

# The n-th call of a kind fails, for tests/faults/rows/F16.
$(B)/fail_nth.so: tests/faults/fail_nth.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CPPFLAGS) -std=gnu17 -O2 -fPIC $(WARN) -shared -o $@ $<

# Unit tests that tests/faults/rows run.
FAULT_UNITS := $(addprefix $(B)/unit/,audit/test_message audit/test_special \
	io/resolver/test_udp_sockets_transfer io/system/test_confine)

.PHONY: faults
faults: set-up ## the whole fault matrix; ends within an hour
	@tests/setup/install test
	@tests/setup/servers
	@$(MAKE) --no-print-directory all scripted responder $(B)/forger $(B)/flip $(B)/tls_peer \
		$(B)/clock_jumps.so $(B)/fail_nth.so $(FAULT_UNITS)
	@$(MAKE) --no-print-directory FLAVOUR=asan build/asan/fcrdns
	@$(MAKE) --no-print-directory FLAVOUR=tsan build/tsan/fcrdns
	@tests/faults/run
