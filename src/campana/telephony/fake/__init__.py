"""A switch in memory, moved by hand: for tests of whatever stands above the Switch port."""

from campana.telephony.fake.switch import FakeLeg, FakeSwitch

__all__ = ["FakeLeg", "FakeSwitch"]
