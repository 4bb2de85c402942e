#!/bin/bash
# Makes icons.ttf again from the published package. Needs npm and pyftsubset (pip install 'fonttools==4.68.0').
# The code points are those of mobile/theme/icons.py: one table decides what is in the font.
#   usage: bash make.sh WORK_FOLDER     (run at the root of the repository)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
points=$(cd "$root" && python3 -c "import runpy; print(','.join(f'{p:X}' for p in runpy.run_path('mobile/theme/icons.py')['CODE_POINTS'].values()))")
mkdir -p "$1" && cd "$1"
npm pack --silent @mdi/font@7.4.47 >/dev/null && tar xzf mdi-font-7.4.47.tgz
pyftsubset package/fonts/materialdesignicons-webfont.ttf --output-file="$here/icons.ttf" --unicodes="$points" \
  --no-hinting --notdef-outline --name-IDs='0,1,2,3,4,5,6,13,14' --layout-features=''
cp package/LICENSE "$here/LICENSE-MaterialDesignIcons.txt"
ls -l "$here"/icons.ttf
