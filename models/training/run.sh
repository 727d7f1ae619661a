#!/bin/sh
# From the archives in DATA to models/default. Can be stopped and started again.
#   ./run.sh DATA [PHOTOS]        NAMES_MINUTES=240 MINUTES=240 OUT=out VERSION=1.0.0 TEACHER=teacher.f32
set -eu
data=$(realpath "$1") photos=${2:+--photos $(realpath "$2")} out=$(realpath "${OUT:-$(dirname "$0")/out}")
cd "$(dirname "$0")"
mkdir -p "$out"

draw() {    # folder, pictures, seed, size; goes on where it was stopped
    ../../vsearch samples make --count "$2" --seed "$3" --size "$4" --out "$out/$1"
}
draw scenes-train 50000 1001 192
draw scenes-val 2000 2002 480
[ -e ../default/vocab.json ] || python3 vocabulary.py /usr/share/wordnet/data.noun "$data/classes.json" ../default 7500
common="--data $data --vocabulary ../default --cache $out/cache $photos"
pretrain() { python3 pretrain.py --data "$data" --vocabulary ../default --cache "$out/cache" --out "$out" --minutes "${NAMES_MINUTES:-240}"; }
[ -e "$out/checkpoint.pt" ] || pretrain
python3 train.py $common --init "$out/pretrained.pt" ${TEACHER:+--teacher "$TEACHER"} --scenes "$out/scenes-train" --scenes-val "$out/scenes-val" --out "$out" --minutes "${MINUTES:-240}"
python3 export.py --checkpoint "$out/checkpoint.pt" --out ../default --version "${VERSION:-0.0.0}"
python3 evaluate.py $common --scenes-val "$out/scenes-val" --checkpoint "$out/checkpoint.pt" --out ../default/metrics.json
