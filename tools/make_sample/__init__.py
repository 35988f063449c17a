"""A made-up city of about 90,000 children, for sample_data/: nobody in it is or was a real person.

`python -m tools.make_sample` writes the same files every time. Lives are simulated day by day from
April 2018, so that by April 2021 the stocks have settled; the files hold what the windows of
config/extracts.yaml promise. The story follows a public account of one quarter in an English city:
protection plans and demand rising, fewer families returning, assessments recovering.
"""
