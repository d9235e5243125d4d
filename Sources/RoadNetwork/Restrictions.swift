/// What a segment lets through.
public struct Restrictions: Hashable, Sendable {
    /// The height under its lowest bridge, in feet.
    public var maxHeight: Double?
    /// What its weakest bridge carries, in pounds.
    public var maxWeight: Double?
    /// Whether dangerous goods are kept out.
    public var forbidsHazmat: Bool

    /// Those restrictions; without arguments: none.
    public init(maxHeight: Double? = nil, maxWeight: Double? = nil, forbidsHazmat: Bool = false) {
        self.maxHeight = maxHeight
        self.maxWeight = maxWeight
        self.forbidsHazmat = forbidsHazmat
    }

    /// Whether a vehicle may pass. What is not known of it keeps it out of nothing.
    public func admit(_ vehicle: VehicleProfile) -> Bool {
        if let maxHeight, let height = vehicle.height, height > maxHeight { return false }
        if let maxWeight, let weight = vehicle.weight, weight > maxWeight { return false }
        return !(forbidsHazmat && vehicle.carriesHazmat)
    }
}

/// What restrictions are held against.
public struct VehicleProfile: Hashable, Sendable {
    /// Its height in feet, where known.
    public var height: Double?
    /// Its weight with what it carries, in pounds, where known.
    public var weight: Double?
    /// Whether it carries dangerous goods.
    public var carriesHazmat: Bool

    /// A vehicle of which that is known.
    public init(height: Double? = nil, weight: Double? = nil, carriesHazmat: Bool = false) {
        self.height = height
        self.weight = weight
        self.carriesHazmat = carriesHazmat
    }
}
