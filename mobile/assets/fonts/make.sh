#!/bin/bash
# Makes the fonts of this folder again from their published packages. Needs npm, apt-get, dpkg-deb, and pyftsubset with
# brotli (pip install 'fonttools==4.68.0' 'brotli==1.2.1'). The results are committed: nobody runs this to build the app.
#   usage: bash make.sh WORK_FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"

npm pack --silent inter-ui@4.1.1 >/dev/null && tar xzf inter-ui-4.1.1.tgz
apt-get download -q fonts-noto-core=20201225-1 fonts-noto-ui-core=20201225-1
for deb in fonts-noto-*.deb; do dpkg-deb -x "$deb" noto; done
noto=noto/usr/share/fonts/truetype/noto

subset() {  # SOURCE TARGET UNICODES [more pyftsubset options]
  pyftsubset "$1" --output-file="$here/$2" --unicodes="$3" --no-hinting --desubroutinize \
    --name-IDs='0,1,2,3,4,5,6,13,14' --notdef-outline --drop-tables+=DSIG "${@:4}"
  # pyftsubset keeps the packing of its source, and SDL_ttf cannot read WOFF2.
  python3 -c "from fontTools.ttLib import TTFont; f = TTFont('$here/$2'); f.flavor = None; f.save('$here/$2')"
}

# Latin with Vietnamese and African letters, Greek, Cyrillic, punctuation, currency, arrows, mathematics.
latin="U+0020-007E,U+00A0-024F,U+0250-02AF,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-045F,U+0490-0493,U+04D8-04E9,\
U+1E00-1EFF,U+2000-2027,U+202F-203A,U+2044,U+2070-209C,U+20A0-20BF,U+2116,U+2122,U+2190-2193,U+2212,U+2248,U+2260,\
U+2264,U+2265,U+25CC"
for weight in Regular SemiBold; do
  subset "package/web/Inter-$weight.woff2" "Inter-$weight.ttf" "$latin" --layout-features='kern,ccmp,mark,mkmk,locl'
done
# Arabic, Persian, Urdu and others of the main block and its first supplement; presentation forms come from shaping.
for weight in Regular Bold; do
  subset "$noto/NotoSansArabicUI-$weight.ttf" "NotoSansArabicUI-$weight.ttf" \
    "U+0020,U+00A0,U+00AB,U+00BB,U+0600-06FF,U+0750-077F,U+200B-200F,U+25CC"
done
common="U+0020,U+00A0,U+200B-200D,U+25CC"
subset "$noto/NotoSansDevanagari-Regular.ttf" NotoSansDevanagari-Regular.ttf "$common,U+0900-097F,U+20B9"
subset "$noto/NotoSansBengali-Regular.ttf" NotoSansBengali-Regular.ttf "$common,U+0964,U+0965,U+0980-09FF"
subset "$noto/NotoSansTamil-Regular.ttf" NotoSansTamil-Regular.ttf "$common,U+0964,U+0965,U+0B80-0BFF"
subset "$noto/NotoSansEthiopic-Regular.ttf" NotoSansEthiopic-Regular.ttf "$common,U+1200-139F"
subset "$noto/NotoSansThaiUI-Regular.ttf" NotoSansThaiUI-Regular.ttf "$common,U+0E00-0E7F"
subset "$noto/NotoSansHebrew-Regular.ttf" NotoSansHebrew-Regular.ttf "$common,U+0590-05FF"
ls -l "$here"/*.ttf
