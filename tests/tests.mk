# Test programs. Units of a room link that room and those below it, nothing above: an upward call does not link.

UNIT_AUDIT := $(patsubst tests/unit/audit/%.c,$(B)/unit/audit/%,$(wildcard tests/unit/audit/*.c))
UNIT_IO := $(patsubst tests/unit/io/%.c,$(B)/unit/io/%,$(wildcard tests/unit/io/*.c))
UNIT_REPORTS := $(patsubst tests/unit/reports/%.c,$(B)/unit/reports/%,$(wildcard tests/unit/reports/*.c))
UNITS := $(UNIT_AUDIT) $(UNIT_IO) $(UNIT_REPORTS)

$(UNIT_AUDIT): $(B)/unit/audit/%: $(B)/tests/unit/audit/%.o $(B)/audit.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion

$(UNIT_IO): $(B)/unit/io/%: $(B)/tests/unit/io/%.o $(B)/io.a $(B)/audit.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS_IO) -lcriterion

$(UNIT_REPORTS): $(B)/unit/reports/%: $(B)/tests/unit/reports/%.o $(ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

.PHONY: units
units: $(UNITS)
