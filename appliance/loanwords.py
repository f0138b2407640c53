"""English words that Telex would bend, and that are written among Vietnamese ones; they stay as typed; pure.

None is the usual typing of a Vietnamese syllable (tests/appliance/test_every_syllable.py): where one is, as box is bõ,
Vietnamese wins and the English word is had by pressing the key once more: boxx.
"""

from typing import Final

AS_TYPED: Final = frozenset(
    """
    affair affect affects afford arrange arrest arrive asks assess asset assist assistant association away barrier
    best bests born boss bossy boxes buffer buffet carrier carry cassette chess coffee coffees correct corrected
    correction correspond cost costs currency current currently deep differ difference different difficult door
    doors down downs effect effects effort error errors essay essential gossip guess hurry issue issues keep kiss
    law less lesson loss mass massage massive meet meets mess message messages messenger mirror miss missing mission
    more narrow necessary off offer offers office officer officers offices official officially offline offload
    offsite or pass passed passenger passing passive passport passports password passwords per photos possibility
    possible possibly post posts reset resets root seem session sessions sorry suffer sufficient tariff tasks taxi
    taxis terrible territory terror test tests texts tissue toss town traffic turn turns uses visa visas
    """.split()  # noqa: SIM905 a word list
)
