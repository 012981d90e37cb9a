"""Write the pages that are made of the code.

python -m tests.docs
"""

from tests.docs import PAGES
from tests.docs.generated import GENERATED, renewed

for name in GENERATED:
    (PAGES / name).write_text(renewed(name))
