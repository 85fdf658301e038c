//! Places a dateline knows: cities that stand alone, states, countries.
