"""Comments that everybody may read: reviewed, covered, shuffled within the day; none unless told beforehand."""
