#include "tests/unit/reports/made_set.h"

TestSuite(rejected_csv, .init = make_folder, .fini = drop_folder);

Test(rejected_csv, keeps_the_row_readable)
{
    static const char text[] = "=1.2.3\t\\x\xFF,\"q\"";
    struct report_plan plan = plan_of(0);
    struct report_set *set = open_set(&plan);
    struct failure failure = {0};
    struct run_rejected rejected = {0, 12, "is no address, prefix or range", text,
                                    sizeof(text) - 1};
    char *csv;

    report_set_rejected(set, "-odd\xFE.csv", &rejected);
    cr_assert_eq(report_set_close(set, &failure)->rejected, 1);
    commit(set);
    csv = text_of("rejected.csv");
    cr_assert_str_eq(
        csv, "source,line,reason,text\r\n'-odd\\254.csv,12,\"is no address, prefix or range\","
             "\"'=1.2.3\\009\\\\x\\255,\"\"q\"\"\"\r\n");
    free(csv);
}
