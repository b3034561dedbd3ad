# Fuzzers: libFuzzer programs in build/fuzz (make fuzz), and the same harnesses over the committed
# corpora with any compiler (fuzz-replay).

FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 60
FUZZ_LIBS := $(B)/command.a $(ROOMS)
FUZZERS := $(FUZZ_NAMES:%=$(B)/fuzz_%)
REPLAYS := $(FUZZ_NAMES:%=$(B)/replay_%)

$(FUZZERS): $(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_LIBS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

$(REPLAYS): $(B)/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay_main.o $(FUZZ_LIBS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: fuzz-replay fuzz-programs fuzz
fuzz-replay: $(REPLAYS)
fuzz-programs: $(FUZZERS)

fuzz: ## run each fuzzer for FUZZ_SECONDS (60); finds stay in build/fuzz/found
	@tests/setup/install build fuzz
	@$(MAKE) --no-print-directory FLAVOUR=fuzz fuzz-programs
	@tests/fuzz/run $(FUZZ_SECONDS)
