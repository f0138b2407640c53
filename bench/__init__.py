"""Every figure of docs/performance.md, as ratios measured in one run; `make bench` prints them."""
