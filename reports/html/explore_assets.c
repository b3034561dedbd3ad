#include "reports/html/explore_assets.h"

/* The paths are those of the Makefile, which makes the hashes. */
#define EMBED(name, path)                                                                          \
    __asm__(".pushsection .rodata,\"a\"\n"                                                         \
            ".globl " #name "_begin, " #name "_end\n" #name "_begin: .incbin \"" path "\"\n" #name \
            "_end:\n"                                                                              \
            ".popsection\n");                                                                      \
    extern const char name##_begin[] __attribute__((visibility("hidden")));                        \
    extern const char name##_end[] __attribute__((visibility("hidden")))

EMBED(explore_style, "web/explore.css");
EMBED(explore_style_hash, "build/web/explore.css.hash");
EMBED(explore_body, "web/explore.html");
EMBED(explore_script, "web/explore.js");
EMBED(explore_script_hash, "build/web/explore.js.hash");

static struct asset asset_of(const char *begin, const char *end)
{
    return (struct asset){begin, (size_t)(end - begin)};
}

struct explore_assets explore_assets(void)
{
    return (struct explore_assets){
        .style = asset_of(explore_style_begin, explore_style_end),
        .style_hash = asset_of(explore_style_hash_begin, explore_style_hash_end),
        .body = asset_of(explore_body_begin, explore_body_end),
        .script = asset_of(explore_script_begin, explore_script_end),
        .script_hash = asset_of(explore_script_hash_begin, explore_script_hash_end),
    };
}
