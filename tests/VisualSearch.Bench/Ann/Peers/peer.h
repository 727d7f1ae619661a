// What both peers share: reading vectors, timing, memory, and the lines that AnnBench reads.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

// A .fbin or .ibin file: count, dimension (both int32), then the rows.
template <typename T>
struct Matrix {
    int32_t rows = 0, columns = 0;
    std::vector<T> values;

    explicit Matrix(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        if (!file) { std::cerr << "cannot read " << path << "\n"; std::exit(1); }
        file.read(reinterpret_cast<char*>(&rows), 4);
        file.read(reinterpret_cast<char*>(&columns), 4);
        values.resize(static_cast<size_t>(rows) * columns);
        file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
        if (!file) { std::cerr << path << " is cut short\n"; std::exit(1); }
    }

    const T* row(size_t i) const { return values.data() + i * columns; }
};

// Memory of its own: anonymous pages, in MiB. Pages of mapped files belong to the page cache and may go at any time.
inline double anonymousMiB() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line))
        if (line.rfind("RssAnon:", 0) == 0) return std::atof(line.c_str() + 8) / 1024;
    return 0;
}

inline double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Options {
    std::map<std::string, std::string> values;

    Options(int count, char** arguments) {
        for (int i = 2; i + 1 < count; i += 2) values[arguments[i] + 2] = arguments[i + 1];
    }

    const std::string& text(const std::string& name) const {
        auto found = values.find(name);
        if (found == values.end()) { std::cerr << "give --" << name << "\n"; std::exit(2); }
        return found->second;
    }

    int number(const std::string& name) const { return std::atoi(text(name).c_str()); }

    std::vector<int> numbers(const std::string& name) const {
        std::vector<int> all;
        const std::string& list = text(name);
        for (size_t at = 0; at < list.size(); at = list.find(',', at) == std::string::npos ? list.size() : list.find(',', at) + 1)
            all.push_back(std::atoi(list.c_str() + at));
        return all;
    }
};

inline void printBuilt(double seconds) { std::printf("{\"buildSeconds\":%.3f}\n", seconds); }

inline void printOpened(double seconds) { std::printf("{\"openSeconds\":%.4f}\n", seconds); }

// After the searches: what they keep (visited marks, buffers) belongs to the index, and no engine touches it before the first one.
inline void printResident(double mebibytes) { std::printf("{\"residentMiB\":%.1f}\n", mebibytes); }

// Runs every query once to warm up and once timed, one at a time, and prints recall@k, queries a second and the 99th percentile.
// `search` writes k row numbers, nearest first.
inline void measure(const char* setting, const Matrix<float>& queries, const Matrix<int32_t>& truth, int k,
                    const std::function<void(const float*, int64_t*)>& search) {
    std::vector<int64_t> found(k);
    std::vector<double> micros(queries.rows);
    size_t hits = 0;
    double total = 0;
    for (int pass = 0; pass < 2; pass++) {
        hits = 0;
        double start = now(), last = start;
        for (int q = 0; q < queries.rows; q++) {
            std::fill(found.begin(), found.end(), -1);
            search(queries.row(q), found.data());
            double end = now();
            micros[q] = (end - last) * 1e6;
            for (int i = 0; i < k; i++) hits += std::find(truth.row(q), truth.row(q) + k, found[i]) != truth.row(q) + k;
            last = now();
        }
        total = 0;
        for (double m : micros) total += m;
    }
    std::sort(micros.begin(), micros.end());
    std::printf("{\"setting\":\"%s\",\"recall10\":%.5f,\"qps\":%.1f,\"p99Micros\":%.1f}\n", setting,
                static_cast<double>(hits) / (static_cast<double>(queries.rows) * k), queries.rows / (total / 1e6), micros[micros.size() * 99 / 100]);
    std::fflush(stdout);
}
