// hnswlib as its own program: build and save, or open and search. Called by AnnBench; see EngineProcess.cs.
//   hnswlib_peer build  --base F --index F --metric l2|ip --m N --efc N --threads N
//   hnswlib_peer search --index F --queries F --truth F --metric l2|ip --k N --efs N,N,…
#include <atomic>
#include <memory>
#include <thread>
#include <hnswlib/hnswlib.h>
#include "peer.h"

static std::unique_ptr<hnswlib::SpaceInterface<float>> space(const Options& options, int dimension) {
    if (options.text("metric") == "l2") return std::make_unique<hnswlib::L2Space>(dimension);
    return std::make_unique<hnswlib::InnerProductSpace>(dimension);
}

static void build(const Options& options) {
    Matrix<float> base(options.text("base"));
    auto metric = space(options, base.columns);
    double start = now();
    hnswlib::HierarchicalNSW<float> index(metric.get(), base.rows, options.number("m"), options.number("efc"));
    std::atomic<int> next{0};
    std::vector<std::thread> workers;
    for (int t = 0; t < options.number("threads"); t++)
        workers.emplace_back([&] {
            for (int i; (i = next++) < base.rows;) index.addPoint(base.row(i), i);
        });
    for (auto& worker : workers) worker.join();
    printBuilt(now() - start);
    index.saveIndex(options.text("index"));
}

static void search(const Options& options) {
    Matrix<float> queries(options.text("queries"));
    Matrix<int32_t> truth(options.text("truth"));
    auto metric = space(options, queries.columns);
    double before = anonymousMiB(), start = now();
    hnswlib::HierarchicalNSW<float> index(metric.get(), options.text("index"));
    printOpened(now() - start);
    int k = options.number("k");
    for (int ef : options.numbers("efs")) {
        index.setEf(ef);
        measure(std::to_string(ef).c_str(), queries, truth, k, [&](const float* query, int64_t* found) {
            auto results = index.searchKnn(query, k);
            for (; !results.empty(); results.pop()) found[results.size() - 1] = static_cast<int64_t>(results.top().second);
        });
    }
    printResident(anonymousMiB() - before);
}

int main(int count, char** arguments) {
    Options options(count, arguments);
    if (count > 1 && !std::strcmp(arguments[1], "build")) build(options);
    else search(options);
}
