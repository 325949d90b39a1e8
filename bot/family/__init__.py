"""Relatives and other people in a case: how they join it, what they may, how it ends; family groups; colleagues of ours."""
