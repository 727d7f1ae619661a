#!/bin/sh
# From the archives in DATA to models/default. Can be stopped and started again.
#   ./run.sh DATA [PHOTOS]        MINUTES=100 THREADS=2 OUT=out VERSION=1.0.0
set -eu
cd "$(dirname "$0")"
data=$1 photos=${2:+--photos $2} out=${OUT:-out} minutes=${MINUTES:-100}
mkdir -p "$out"

draw() {    # folder, pictures, seed
    [ -e "$out/$1/metadata.jsonl" ] || ../../vsearch samples make --count "$2" --seed "$3" --size 96 --out "$out/$1"
}
draw scenes-train 20000 1001
draw scenes-val 2000 2002
[ -e ../default/vocab.json ] || python3 vocabulary.py /usr/share/wordnet/data.noun "$data/classes.json" ../default 7500
common="--data $data --vocabulary ../default --cache $out/cache $photos"
python3 train.py $common --scenes "$out/scenes-train" --scenes-val "$out/scenes-val" --out "$out" --minutes "$minutes" --threads "${THREADS:-2}"
python3 export.py --checkpoint "$out/checkpoint.pt" --out ../default --version "${VERSION:-0.0.0}"
python3 evaluate.py $common --scenes-val "$out/scenes-val" --checkpoint "$out/checkpoint.pt" --out ../default/metrics.json
