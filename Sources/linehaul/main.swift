print("linehaul")
