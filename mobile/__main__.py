"""`python -m mobile` is `makazi tablet`."""

import sys

from mobile.app import main

sys.exit(main())
