// faiss (HNSW, as Debian compiles it) as its own program: build and save, or open and search. Called by AnnBench.
//   faiss_peer build  --base F --index F --metric l2|ip --m N --efc N --threads N
//   faiss_peer search --index F --queries F --truth F --metric l2|ip --k N --efs N,N,…
#include <memory>
#include <omp.h>
#include <faiss/IndexHNSW.h>
#include <faiss/index_io.h>
#include "peer.h"

static void build(const Options& options) {
    Matrix<float> base(options.text("base"));
    omp_set_num_threads(options.number("threads"));
    double start = now();
    faiss::IndexHNSWFlat index(base.columns, options.number("m"),
                               options.text("metric") == "l2" ? faiss::METRIC_L2 : faiss::METRIC_INNER_PRODUCT);
    index.hnsw.efConstruction = options.number("efc");
    index.add(base.rows, base.values.data());
    printBuilt(now() - start);
    faiss::write_index(&index, options.text("index").c_str());
}

static void search(const Options& options) {
    Matrix<float> queries(options.text("queries"));
    Matrix<int32_t> truth(options.text("truth"));
    omp_set_num_threads(1);
    double before = anonymousMiB(), start = now();
    std::unique_ptr<faiss::Index> index(faiss::read_index(options.text("index").c_str()));
    printOpened(now() - start);
    int k = options.number("k");
    std::vector<float> distances(k);
    for (int ef : options.numbers("efs")) {
        dynamic_cast<faiss::IndexHNSW&>(*index).hnsw.efSearch = ef;
        measure(std::to_string(ef).c_str(), queries, truth, k, [&](const float* query, int64_t* found) {
            static_assert(sizeof(faiss::Index::idx_t) == sizeof(int64_t));
            index->search(1, query, k, distances.data(), reinterpret_cast<faiss::Index::idx_t*>(found));
        });
    }
    printResident(anonymousMiB() - before);
}

int main(int count, char** arguments) {
    Options options(count, arguments);
    if (count > 1 && !std::strcmp(arguments[1], "build")) build(options);
    else search(options);
}
