/*
 * Watches a client and its resolver from outside while a command runs, and writes a time series:
 * every DNS message on the loopback device, and the CPU time of each process.
 *
 *     trace [--every MS] [--pace FILE] --out FILE NAME=PID... -- COMMAND...
 *
 * COMMAND runs the client as its only child, as time(1) does. The CPU time of the processes PID,
 * with the children that they have, is printed under NAME. --pace reads what the client has written
 * by tests/bench/pace_trace.c. Needs a network namespace of which the caller is root; the resolver
 * is 127.0.0.1, its authority any other address with port 53.
 *
 * The file is a CSV, a row for each MS (50):
 *   seconds         the end of the interval, since the start of COMMAND
 *   in_flight       queries to the resolver of which the reply is still to come, mean
 *   queries         sent to the resolver
 *   repeats         of the queries, those whose question has been asked before
 *   unanswered      of the queries, those that no reply ever came to
 *   answers         replies with NOERROR or NXDOMAIN
 *   errors          other replies
 *   latency_ms      of the replies, mean
 *   upstream, upstream_queries   the first two between resolver (or client) and authority
 *   dropped         datagrams that a receive buffer had no room for, of any process
 *   cpu_client, cpu_NAME...      cores
 *   state, window, rate, settled, usual_loss, own_in_flight    of the pace, at the end of the
 *                   interval, of the resolver that has the most in flight; empty without --pace
 * A datagram that a full receive buffer loses counts as sent. Exit code: that of COMMAND.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PORT = 53,
    HEAD = 12,  /* octets of a DNS header */
    KEPT = 320, /* octets of each packet: both headers and a question */
    BLOCK = 1 << 20,
    BLOCKS = 64,
    BLOCK_MS = 10, /* a block is handed over after that time at the latest */
    CHAINS = 1 << 20,
    NONE = -1,
    PROCESSES_MOST = 8, /* that are named */
    CLOCKS_MOST = 64,   /* with their children */
    SAMPLES_MOST = 1 << 20,
    RCODE_NXDOMAIN = 3,
};

struct query {
    uint64_t key;      /* of ports, ID and question */
    uint64_t question; /* of the question alone */
    int32_t next;      /* of the chain of its key */
    int32_t next_asked;
    bool upstream, repeat, error;
    int64_t sent_ns, replied_ns; /* replied_ns 0: not yet */
};

struct sample {
    int64_t at_ns;
    uint64_t dropped;
    int64_t cpu_ns[PROCESSES_MOST + 1]; /* the client first */
};

struct clock_of {
    clockid_t clock;
    unsigned process;
};

struct watch {
    int socket;
    uint8_t *ring;
    unsigned block;
    int64_t real_ns; /* CLOCK_REALTIME less CLOCK_MONOTONIC */
    struct query *queries;
    int32_t count, room;
    int32_t *chains, *asked;
    struct clock_of clocks[CLOCKS_MOST];
    unsigned clock_count;
    const char *names[PROCESSES_MOST];
    unsigned process_count; /* besides the client */
    bool has_client;
    struct sample *samples;
    size_t sample_count;
    int64_t began_ns, ended_ns;
    int64_t every_ns;
    const char *out, *pace;
};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "trace: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) != 0)
        return 0;
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- packets ---- */

/* A ring of blocks that the kernel fills (packet(7), PACKET_RX_RING); of each packet what a
 * question needs. */
static void open_ring(struct watch *watch)
{
    /* UDP, no fragment, port 53 at one side */
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 8),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 6, 0),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT, 2, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, KEPT),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};
    struct tpacket_req3 ring = {.tp_block_size = BLOCK,
                                .tp_block_nr = BLOCKS,
                                .tp_frame_size = TPACKET_ALIGN(TPACKET3_HDRLEN + KEPT),
                                .tp_retire_blk_tov = BLOCK_MS};
    struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                  .sll_protocol = htons(ETH_P_IP),
                                  .sll_ifindex = (int)if_nametoindex("lo")};
    int version = TPACKET_V3, yes = 1;

    ring.tp_frame_nr = BLOCK / ring.tp_frame_size * BLOCKS;
    watch->socket = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (watch->socket < 0)
        fail("a packet socket");
    if (setsockopt(watch->socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
        setsockopt(watch->socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) ||
        setsockopt(watch->socket, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
        setsockopt(watch->socket, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
        fail("a ring of packets");
    watch->ring =
        mmap(NULL, (size_t)BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, watch->socket, 0);
    if (watch->ring == MAP_FAILED ||
        bind(watch->socket, (struct sockaddr *)&address, sizeof(address)))
        fail("the loopback device");
}

static uint64_t mixed(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15) ^ hash >> 29;
}

/* Without regard to case; 0: it is no question. */
static uint64_t question_of(const uint8_t *message, size_t size)
{
    uint64_t hash = 1;
    size_t at = HEAD;

    while (at < size && message[at] != 0)
        hash = mixed(hash, (uint64_t)tolower(message[at++]));
    return at + 2 < size ? mixed(hash, message[at + 2]) : 0; /* the type, in effect */
}

static int32_t *chain_of(int32_t *heads, uint64_t hash)
{
    return &heads[hash >> 40 & (CHAINS - 1)];
}

static bool was_asked(const struct watch *watch, uint64_t question, bool upstream)
{
    for (int32_t i = *chain_of(watch->asked, question); i != NONE;
         i = watch->queries[i].next_asked) {
        if (watch->queries[i].question == question && watch->queries[i].upstream == upstream)
            return true;
    }
    return false;
}

static void add_query(struct watch *watch, struct query query)
{
    if (watch->count == watch->room) {
        watch->room = watch->room ? 2 * watch->room : 1 << 16;
        watch->queries = realloc(watch->queries, (size_t)watch->room * sizeof(query));
        if (!watch->queries || watch->room > 1 << 28)
            fail("the queries");
    }
    query.repeat = was_asked(watch, query.question, query.upstream);
    query.next = *chain_of(watch->chains, query.key);
    query.next_asked = *chain_of(watch->asked, query.question);
    *chain_of(watch->chains, query.key) = *chain_of(watch->asked, query.question) = watch->count;
    watch->queries[watch->count++] = query;
}

static void add_reply(struct watch *watch, uint64_t key, unsigned rcode, int64_t at_ns)
{
    for (int32_t i = *chain_of(watch->chains, key); i != NONE; i = watch->queries[i].next) {
        struct query *query = &watch->queries[i];
        if (query->key != key || query->replied_ns != 0)
            continue;
        query->replied_ns = at_ns;
        query->error = rcode != 0 && rcode != RCODE_NXDOMAIN;
        return;
    }
}

static void take_packet(struct watch *watch, const uint8_t *packet, size_t size, int64_t at_ns)
{
    const struct iphdr *ip = (const void *)packet;
    size_t start = size >= sizeof(*ip) ? 4u * ip->ihl : size;

    if (size < start + sizeof(struct udphdr) + HEAD)
        return;
    const struct udphdr *udp = (const void *)(packet + start);
    const uint8_t *message = packet + start + sizeof(*udp);
    bool reply = (message[2] & 0x80) != 0;
    uint64_t question = question_of(message, size - start - sizeof(*udp));
    bool upstream = (reply ? ip->saddr : ip->daddr) != htonl(INADDR_LOOPBACK);
    uint64_t key =
        mixed(question, (uint64_t)(reply ? udp->dest : udp->source) << 32 |
                            (uint64_t)message[0] << 16 | (uint64_t)message[1] << 8 | upstream);
    if (question == 0 || ntohs(reply ? udp->source : udp->dest) != PORT)
        return;
    if (reply)
        add_reply(watch, key, message[3] & 0x0f, at_ns);
    else
        add_query(watch,
                  (struct query){
                      .key = key, .question = question, .upstream = upstream, .sent_ns = at_ns});
}

static void take_packets(struct watch *watch)
{
    for (;;) {
        struct tpacket_block_desc *block = (void *)(watch->ring + (size_t)watch->block * BLOCK);
        if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
            return;
        uint8_t *at = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
        for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
            struct tpacket3_hdr *one = (void *)at;
            int64_t real_ns = one->tp_sec * INT64_C(1000000000) + one->tp_nsec;
            take_packet(watch, at + one->tp_net, one->tp_snaplen, real_ns - watch->real_ns);
            at += one->tp_next_offset;
        }
        __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        watch->block = (watch->block + 1) % BLOCKS;
    }
}

static void report_missed(const struct watch *watch)
{
    struct tpacket_stats_v3 stats;
    socklen_t size = sizeof(stats);

    if (!getsockopt(watch->socket, SOL_PACKET, PACKET_STATISTICS, &stats, &size) &&
        stats.tp_drops > 0)
        fprintf(stderr, "trace: %u packets were missed, the trace is not exact\n", stats.tp_drops);
}

/* ---- processes ---- */

static FILE *children_of(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
    return fopen(path, "re");
}

static void add_clock(struct watch *watch, pid_t pid, unsigned process)
{
    struct clock_of *one = &watch->clocks[watch->clock_count];

    if (watch->clock_count < CLOCKS_MOST && clock_getcpuclockid(pid, &one->clock) == 0) {
        one->process = process;
        watch->clock_count++;
    }
}

static void add_process(struct watch *watch, char *argument)
{
    char *equals = strchr(argument, '=');
    pid_t pid = equals ? (pid_t)strtol(equals + 1, NULL, 10) : 0;
    FILE *children = pid > 0 ? children_of(pid) : NULL;
    int child;

    if (!children || watch->process_count == PROCESSES_MOST) {
        fprintf(stderr, "trace: no such process: %s\n", argument);
        exit(2);
    }
    *equals = '\0';
    watch->names[watch->process_count++] = argument;
    add_clock(watch, pid, watch->process_count);
    while (fscanf(children, "%d", &child) == 1)
        add_clock(watch, child, watch->process_count);
    fclose(children);
}

static void find_client(struct watch *watch, pid_t command)
{
    FILE *children = children_of(command);
    int client;

    if (children && fscanf(children, "%d", &client) == 1) {
        add_clock(watch, client, 0);
        watch->has_client = true;
    }
    if (children)
        fclose(children);
}

/* Of the namespace: the fifth number of Udp (RFC 1213 has the first four). */
static uint64_t dropped(void)
{
    FILE *file = fopen("/proc/net/snmp", "re");
    char line[512];
    uint64_t count = 0;

    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Udp: %*u %*u %*u %*u %" SCNu64, &count) == 1)
            break;
    }
    if (file)
        fclose(file);
    return count;
}

static void take_sample(struct watch *watch)
{
    struct sample *now = &watch->samples[watch->sample_count];

    if (watch->sample_count == SAMPLES_MOST)
        return;
    *now = (struct sample){.at_ns = clock_ns(CLOCK_MONOTONIC), .dropped = dropped()};
    for (unsigned i = 0; i < watch->clock_count; i++)
        now->cpu_ns[watch->clocks[i].process] += clock_ns(watch->clocks[i].clock);
    /* the clock of a process that has ended is gone */
    for (unsigned i = 0; i <= watch->process_count && watch->sample_count > 0; i++) {
        if (now->cpu_ns[i] < now[-1].cpu_ns[i])
            now->cpu_ns[i] = now[-1].cpu_ns[i];
    }
    watch->sample_count++;
}

static int run(struct watch *watch, char **command)
{
    int status = 0;
    pid_t pid;

    take_sample(watch);
    watch->began_ns = clock_ns(CLOCK_MONOTONIC);
    pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid == 0) {
        execvp(command[0], command);
        fail(command[0]);
    }
    for (int64_t next_ns = watch->began_ns; waitpid(pid, &status, WNOHANG) == 0;) {
        struct pollfd ready = {watch->socket, POLLIN, 0};
        if (!watch->has_client)
            find_client(watch, pid);
        poll(&ready, 1, watch->has_client ? BLOCK_MS : 1);
        take_packets(watch);
        if (clock_ns(CLOCK_MONOTONIC) < next_ns)
            continue;
        take_sample(watch);
        next_ns += watch->every_ns / 2;
    }
    watch->ended_ns = clock_ns(CLOCK_MONOTONIC);
    take_sample(watch);
    usleep(2 * BLOCK_MS * 1000); /* the last block */
    take_packets(watch);
    report_missed(watch);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- the time series ---- */

struct interval {
    double in_flight_ns, upstream_ns; /* sum over the queries */
    unsigned queries, repeats, unanswered, answers, errors, upstream;
    double latency_ns;
    char pace[128];
    unsigned in_flight; /* of the pace, the most in this interval */
};

struct series {
    struct interval *intervals;
    size_t count;
};

static size_t place(const struct watch *watch, const struct series *series, int64_t at_ns)
{
    int64_t since = at_ns - watch->began_ns;
    size_t at = since < 0 ? 0 : (size_t)(since / watch->every_ns);

    return at < series->count ? at : series->count - 1;
}

static int64_t end_of(const struct watch *watch, size_t interval)
{
    return watch->began_ns + (int64_t)(interval + 1) * watch->every_ns;
}

static void add_flight(const struct watch *watch, struct series *series, const struct query *query)
{
    int64_t from_ns = query->sent_ns;

    for (size_t i = place(watch, series, from_ns); i < series->count; i++) {
        int64_t end_ns = end_of(watch, i);
        int64_t until_ns = query->replied_ns < end_ns ? query->replied_ns : end_ns;
        double *sum = query->upstream ? &series->intervals[i].upstream_ns
                                      : &series->intervals[i].in_flight_ns;
        *sum += (double)(until_ns - from_ns);
        from_ns = end_ns;
        if (query->replied_ns <= end_ns)
            return;
    }
}

static void add_to_series(const struct watch *watch, struct series *series,
                          const struct query *query)
{
    struct interval *sent = &series->intervals[place(watch, series, query->sent_ns)];

    if (query->replied_ns != 0)
        add_flight(watch, series, query);
    sent->upstream += query->upstream;
    if (query->upstream)
        return;
    sent->queries++;
    sent->repeats += query->repeat;
    sent->unanswered += query->replied_ns == 0;
    if (query->replied_ns == 0)
        return;
    struct interval *replied = &series->intervals[place(watch, series, query->replied_ns)];
    replied->answers += !query->error;
    replied->errors += query->error;
    replied->latency_ns += (double)(query->replied_ns - query->sent_ns);
}

/* Of each interval the last line, of the pace that has the most in flight. */
static void read_pace(const struct watch *watch, struct series *series)
{
    FILE *file = watch->pace ? fopen(watch->pace, "re") : NULL;
    char line[256], state[8];
    int64_t at_ns;
    double window, rate, settled, loss;
    unsigned in_flight;

    if (watch->pace && !file)
        fail(watch->pace);
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "%" SCNd64 " %*u %*s %7s %lf %lf %lf %lf %u", &at_ns, state, &window,
                   &rate, &settled, &loss, &in_flight) != 7)
            continue;
        struct interval *at = &series->intervals[place(watch, series, at_ns)];
        if (in_flight < at->in_flight / 2)
            continue;
        at->in_flight = in_flight;
        snprintf(at->pace, sizeof(at->pace), "%s,%.1f,%.1f,%.1f,%.3f,%u", state, window, rate,
                 settled, loss, in_flight);
    }
    if (file)
        fclose(file);
}

/* A count that grows, between two samples. */
static double between(const struct sample *before, const struct sample *after, int64_t at_ns,
                      double first, double second)
{
    double share = (double)(at_ns - before->at_ns) / (double)(after->at_ns - before->at_ns);

    return first + (second - first) * (share < 0 ? 0 : share > 1 ? 1 : share);
}

/* What processes have used and buffers dropped until then; process -1: dropped. */
static double sum_until(const struct watch *watch, size_t *from, int64_t at_ns, int process)
{
    size_t i = *from;

    while (i + 2 < watch->sample_count && watch->samples[i + 1].at_ns < at_ns)
        i++;
    *from = i;
    const struct sample *before = &watch->samples[i], *after = &watch->samples[i + 1];
    if (process < 0)
        return between(before, after, at_ns, (double)before->dropped, (double)after->dropped);
    return between(before, after, at_ns, (double)before->cpu_ns[process],
                   (double)after->cpu_ns[process]);
}

static void write_row(const struct watch *watch, FILE *out, const struct interval *at, size_t i,
                      size_t *sample)
{
    double every_ns = (double)watch->every_ns;
    unsigned replies = at->answers + at->errors;
    int64_t from_ns = end_of(watch, i) - watch->every_ns, end_ns = end_of(watch, i);
    size_t start = *sample;

    fprintf(out, "%.3f,%.1f,%u,%u,%u,%u,%u,", (double)(end_ns - watch->began_ns) / 1e9,
            at->in_flight_ns / every_ns, at->queries, at->repeats, at->unanswered, at->answers,
            at->errors);
    if (replies > 0)
        fprintf(out, "%.2f", at->latency_ns / replies / 1e6);
    fprintf(out, ",%.1f,%u", at->upstream_ns / every_ns, at->upstream);
    for (int process = -1; process <= (int)watch->process_count; process++) {
        size_t first = start;
        double before = sum_until(watch, &first, from_ns, process);
        double used = sum_until(watch, &first, end_ns, process) - before;
        fprintf(out, process < 0 ? ",%.0f" : ",%.2f", process < 0 ? used : used / every_ns);
        *sample = first;
    }
    fprintf(out, ",%s\n", at->pace[0] ? at->pace : ",,,,,");
}

static void write_series(const struct watch *watch)
{
    struct series series = {0};
    FILE *out = fopen(watch->out, "we");
    size_t sample = 0;

    series.count = (size_t)((watch->ended_ns - watch->began_ns) / watch->every_ns) + 1;
    series.intervals = calloc(series.count, sizeof(*series.intervals));
    if (!out || !series.intervals)
        fail(watch->out);
    for (int32_t i = 0; i < watch->count; i++)
        add_to_series(watch, &series, &watch->queries[i]);
    read_pace(watch, &series);
    fputs("seconds,in_flight,queries,repeats,unanswered,answers,errors,latency_ms,upstream,"
          "upstream_queries,dropped,cpu_client",
          out);
    for (unsigned i = 0; i < watch->process_count; i++)
        fprintf(out, ",cpu_%s", watch->names[i]);
    fputs(",state,window,rate,settled,usual_loss,own_in_flight\n", out);
    for (size_t i = 0; i < series.count; i++)
        write_row(watch, out, &series.intervals[i], i, &sample);
    if (fclose(out))
        fail(watch->out);
    free(series.intervals);
}

static void read_arguments(struct watch *watch, int argc, char **argv)
{
    static const struct option options[] = {{"every", required_argument, NULL, 'e'},
                                            {"pace", required_argument, NULL, 'p'},
                                            {"out", required_argument, NULL, 'o'},
                                            {0}};
    int option;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (option == 'e')
            watch->every_ns = strtol(optarg, NULL, 10) * INT64_C(1000000);
        else if (option == 'p')
            watch->pace = optarg;
        else if (option == 'o')
            watch->out = optarg;
        else
            exit(2);
    }
}

int main(int argc, char **argv)
{
    struct watch watch = {.every_ns = 50000000};

    read_arguments(&watch, argc, argv);
    while (optind < argc && strcmp(argv[optind], "--") != 0)
        add_process(&watch, argv[optind++]);
    if (!watch.out || watch.every_ns <= 0 || optind + 1 >= argc) {
        fputs("usage: trace [--every MS] [--pace FILE] --out FILE NAME=PID... -- COMMAND...\n",
              stderr);
        return 2;
    }
    watch.chains = malloc(CHAINS * sizeof(*watch.chains));
    watch.asked = malloc(CHAINS * sizeof(*watch.asked));
    watch.samples = malloc(SAMPLES_MOST * sizeof(*watch.samples));
    if (!watch.chains || !watch.asked || !watch.samples)
        fail("memory");
    memset(watch.chains, 0xff, CHAINS * sizeof(*watch.chains));
    memset(watch.asked, 0xff, CHAINS * sizeof(*watch.asked));
    watch.real_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    open_ring(&watch);
    int status = run(&watch, argv + optind + 1);
    write_series(&watch);
    return status;
}
